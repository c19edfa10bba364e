-- Adds or replaces a schedule.
-- ARGV[1] name   ARGV[2] spec   ARGV[3] when it is due next, Unix ms   Returns nothing.
local first = redis.call('ZRANGE', base .. ':schedules', 0, 0, 'WITHSCORES')[2]
redis.call('HSET', base .. ':schedules:specs', ARGV[1], ARGV[2])
redis.call('ZADD', base .. ':schedules', ARGV[3], ARGV[1])
-- It falls due before any worker expects it.
if not first or tonumber(ARGV[3]) < tonumber(first) then wake() end
