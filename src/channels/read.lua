-- Reads kept messages, with what tells whether there were others.
-- KEYS   the stream
-- ARGV   the id after which to begin; how many at most, 0 for none
-- RETURN {the last id that was given out, "0-0" without a stream; the time in milliseconds; the entries}
local time = redis.call('TIME')
local now = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {'0-0', now, {}}
end
local last = '0-0'
local info = redis.call('XINFO', 'STREAM', KEYS[1])
for index = 1, #info, 2 do
  if info[index] == 'last-generated-id' then
    last = info[index + 1]
  end
end
if tonumber(ARGV[2]) == 0 then
  return {last, now, {}}
end
return {last, now, redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])}
