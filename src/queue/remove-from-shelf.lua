-- Removes entries of a shelf.
-- ARGV[1] shelf   then ids, a thousand at most   Returns how many were there.
local shelf = base .. ':' .. ARGV[1]
redis.call('ZREM', shelf .. ':times', unpack(ARGV, 2))
return redis.call('HDEL', shelf, unpack(ARGV, 2))
