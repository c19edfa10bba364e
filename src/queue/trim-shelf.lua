-- Removes the oldest entries of a shelf, a thousand at most.
-- ARGV[1] shelf   ARGV[2] how many may stay, or empty   ARGV[3] how old they may be in ms, or empty
-- Returns how many were removed.
local records, times = base .. ':' .. ARGV[1], base .. ':' .. ARGV[1] .. ':times'
local surplus = 0
if ARGV[2] ~= '' then surplus = redis.call('ZCARD', times) - tonumber(ARGV[2]) end
if ARGV[3] ~= '' then
  surplus = math.max(surplus, redis.call('ZCOUNT', times, '-inf', '(' .. number(now - tonumber(ARGV[3]))))
end
if surplus <= 0 then return 0 end
local ids = redis.call('ZRANGE', times, 0, math.min(surplus, 1000) - 1)
redis.call('HDEL', records, unpack(ids))
return redis.call('ZREM', times, unpack(ids))
