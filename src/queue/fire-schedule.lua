-- Adds the tasks of a schedule and moves it on, if nobody has done so before.
-- ARGV[1] name   ARGV[2] spec   ARGV[3] when it was due   ARGV[4] when it is due next   then the tasks; see adding.lua
-- Returns 1 when this call has done it, 0 also when it is not due by this server's clock.
local at = redis.call('ZSCORE', base .. ':schedules', ARGV[1])
if not at or tonumber(at) ~= tonumber(ARGV[3]) or tonumber(at) > now then return 0 end
if redis.call('HGET', base .. ':schedules:specs', ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZADD', base .. ':schedules', ARGV[4], ARGV[1])
addAll(5, #ARGV, 1e15)
settle()
return 1
