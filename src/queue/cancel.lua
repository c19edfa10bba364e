-- Notes that a task is not wanted any more. Its worker is told in its next turn.
-- ARGV[1] id   ARGV[2] how long this is kept, in ms   Returns nothing.
local cancelled, ttl = base .. ':cancelled', tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', cancelled, '-inf', number(now))
redis.call('ZADD', cancelled, number(now + ttl), ARGV[1])
if redis.call('PTTL', cancelled) < ttl then redis.call('PEXPIRE', cancelled, ttl) end
