-- ARGV[1] name   Returns 1 when the schedule was there.
redis.call('ZREM', base .. ':schedules', ARGV[1])
return redis.call('HDEL', base .. ':schedules:specs', ARGV[1])
