-- Takes a user off and notes when. After take-off.lua.
-- ARGV[2] user
-- Returns 1, or 0 for a user who was not there.
local taken = takeOff(ARGV[2])
redis.call('ZADD', KEYS[5], string.format(digits, now), ARGV[2])
redis.call('PEXPIRE', KEYS[5], 2 * tonumber(ARGV[1]) + 60000)
return taken
