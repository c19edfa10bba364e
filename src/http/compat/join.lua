-- Lists a session as a user's, and drops those whose time is over.
-- KEYS[1] the user's sessions
-- ARGV[1] session   ARGV[2] its life in ms
-- Returns 'joined'.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local ends = now + tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local listed = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not listed or tonumber(listed) < ends then redis.call('ZADD', KEYS[1], string.format('%.0f', ends), ARGV[1]) end
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', tonumber(last[2]) - now))
return 'joined'
