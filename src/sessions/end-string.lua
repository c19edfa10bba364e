-- Ends a session: its key keeps nothing but the reason, for a while.
-- KEYS[1] session
-- ARGV[1] reason   ARGV[2] life of the tombstone in ms
-- Returns 'ended', or 'missing' when there was none to end.
local mark = redis.call('GETRANGE', KEYS[1], 0, 1)
if mark == '' or mark == 'S0' then return 'missing' end
redis.call('SET', KEYS[1], 'S0' .. ARGV[1], 'PX', ARGV[2])
return 'ended'
