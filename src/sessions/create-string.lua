-- Stores a new session as one string: header, then body.
-- KEYS[1] session
-- ARGV[1] idle time in ms, 0 = none   ARGV[2] absolute life in ms, 0 = none   ARGV[3] encoded body
-- Returns now and the end of the session, in ms.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local idle = tonumber(ARGV[1])
local absolute = tonumber(ARGV[2])
local life = absolute
if idle > 0 and (absolute == 0 or idle < absolute) then life = idle end
local ends = 0
if absolute > 0 then ends = now + absolute end
redis.call('SET', KEYS[1], string.format('S1%013.0f%013.0f%013.0f%013.0f', now, idle, ends, now) .. ARGV[3], 'PX', life)
return { string.format('%.0f', now), string.format('%.0f', now + life) }
