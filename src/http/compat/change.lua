-- Changes fields of a live session, and its life if the cookie is still the one the writer knows.
-- KEYS[1] session   KEYS[2] its end
-- ARGV[1] life in ms   ARGV[2] cookie   ARGV[3] dates   ARGV[4] how many fields go   ARGV[5…] those, then field, value, …
-- Returns 'stored', 'missing' or 'ended'.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return redis.call('EXISTS', KEYS[2]) == 1 and 'ended' or 'missing'
end
local first = 5 + tonumber(ARGV[4])
for at = 5, first - 1 do redis.call('HDEL', KEYS[1], ARGV[at]) end
for at = first, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
if redis.call('HGET', KEYS[1], 'cookie') == ARGV[2] then
  redis.call('HSET', KEYS[1], 'dates', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return 'stored'
