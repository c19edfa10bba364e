-- Sweeps away a part of what `clear` has removed.
-- ARGV[1] about how many tasks   Returns how many keys are left to sweep.
return sweep(tonumber(ARGV[1]))
