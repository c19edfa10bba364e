-- Stores a new session.
-- KEYS[1] session
-- ARGV[1] idle time in ms, 0 = none   ARGV[2] absolute life in ms, 0 = none   ARGV[3…] what `put` takes
-- Returns now, the end of the session and its beginning, in ms.
local idle, absolute = tonumber(ARGV[1]), tonumber(ARGV[2])
local life, ends = lifetime(idle, absolute)
put(KEYS[1], now, idle, ends, life, 3)
return { text(now), text(now + life), text(now) }
