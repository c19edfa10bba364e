-- Ends a session: its key keeps nothing but the reason, for a while.
-- KEYS[1] session
-- ARGV[1] reason   ARGV[2] life of the tombstone in ms
-- Returns 'ended', or 'missing' when there was none to end.
local state = redis.call('HMGET', KEYS[1], 'createdAt', 'ended')
if state[2] or not state[1] then return 'missing' end
-- Not deleted and made anew: while its slot moves, a node of a cluster refuses to make a key that it does not have.
local fields = redis.call('HKEYS', KEYS[1])
redis.call('HSET', KEYS[1], 'ended', ARGV[1])
for first = 1, #fields, 1000 do
  redis.call('HDEL', KEYS[1], unpack(fields, first, math.min(first + 999, #fields)))
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 'ended'
