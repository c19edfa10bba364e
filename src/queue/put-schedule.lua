-- Adds or replaces a schedule. One of the same spec stays where it is: two servers that start at once would else set it
-- back to a slot that has fired in between.
-- ARGV[1] name   ARGV[2] spec   ARGV[3] when it is due next, Unix ms   Returns nothing.
if redis.call('HGET', base .. ':schedules:specs', ARGV[1]) == ARGV[2] then return end
local first = redis.call('ZRANGE', base .. ':schedules', 0, 0, 'WITHSCORES')[2]
redis.call('HSET', base .. ':schedules:specs', ARGV[1], ARGV[2])
redis.call('ZADD', base .. ':schedules', ARGV[3], ARGV[1])
-- It falls due before any worker expects it.
if not first or tonumber(ARGV[3]) < tonumber(first) then wake() end
