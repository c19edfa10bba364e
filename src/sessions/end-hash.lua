-- Ends a session: its key keeps nothing but the reason, for a while.
-- KEYS[1] session
-- ARGV[1] reason   ARGV[2] life of the tombstone in ms
-- Returns 'ended', or 'missing' when there was none to end.
local state = redis.call('HMGET', KEYS[1], 'createdAt', 'ended')
if state[2] or not state[1] then return 'missing' end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'ended', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 'ended'
