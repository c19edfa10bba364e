-- Proves that the server that is listened to may be written to, and tells how far the feed has come.
-- KEYS[1]  the feed
-- KEYS[2]  the revoked keys
-- KEYS[3]  the sign of whoever follows
-- KEYS[4]  the id of the newest entry, for a feed that was removed
-- ARGV[1]  how long the sign lives, milliseconds
-- returns  {the last id that was given out, "0-0" for none; the time, Unix milliseconds; the marks of revoked keys,
--          each followed by until when}
redis.call('SET', KEYS[3], '', 'PX', ARGV[1])
local time = redis.call('TIME')
local now = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))
local last = redis.call('GET', KEYS[4]) or '0-0'
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for index = 1, #info, 2 do
    if info[index] == 'last-generated-id' then
      last = info[index + 1]
    end
  end
end
return {last, now, redis.call('ZRANGE', KEYS[2], '(' .. now, '+inf', 'BYSCORE', 'WITHSCORES')}
