-- Stores a new session as a hash.
-- KEYS[1] session
-- ARGV[1] idle time in ms, 0 = none   ARGV[2] absolute life in ms, 0 = none   ARGV[3] bytes of data
-- ARGV[4..] field, value, field, value …
-- Returns now and the end of the session, in ms.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local idle = tonumber(ARGV[1])
local absolute = tonumber(ARGV[2])
local life = absolute
if idle > 0 and (absolute == 0 or idle < absolute) then life = idle end
local ends = 0
if absolute > 0 then ends = now + absolute end
redis.call('HSET', KEYS[1],
  'createdAt', string.format('%.0f', now), 'lastAccess', string.format('%.0f', now),
  'idleMs', ARGV[1], 'absoluteAt', string.format('%.0f', ends), 'dataBytes', ARGV[3])
for i = 4, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
if redis.call('HEXISTS', KEYS[1], 'userId') == 1 then
  redis.call('HSET', KEYS[1], 'loginTime', string.format('%.0f', now))
end
redis.call('PEXPIRE', KEYS[1], life)
return { string.format('%.0f', now), string.format('%.0f', now + life) }
