-- Writes one revocation into the feed that servers follow; and with it, where both may be in one script, what Redis is
-- asked for.
-- KEYS[1]  the feed
-- KEYS[2]  the id of its newest entry
-- KEYS[3]  the deny-list key, the cut-off or the revoked keys; absent when that was written before
-- ARGV[1]  'denied', 'before' or 'key'
-- ARGV[2]  the mark of what is revoked
-- ARGV[3]  until when it is remembered, Unix milliseconds
-- ARGV[4]  the cut-off, Unix milliseconds; empty when there is none
-- ARGV[5]  how long at most it concerns a token that lives, milliseconds
-- returns  'announced', or 'past' when it has ended already
-- Each entry names the one before it, so that whoever misses one learns of it from the next; the first of a feed that was
-- removed names the last one of that.
local feed, last_id, key = KEYS[1], KEYS[2], KEYS[3]
local kind, mark, until_ms, before_ms, longest_ms = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if key and kind == 'denied' then
  redis.call('SET', key, '1', 'PXAT', until_ms)
elseif key and kind == 'before' then
  cut_off(key, before_ms, until_ms)
end
if tonumber(until_ms) <= now then
  return 'past'
end
if key and kind == 'key' then
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  redis.call('ZADD', key, 'GT', until_ms, mark)
  redis.call('PEXPIREAT', key, redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2])
end
local previous = redis.call('GET', last_id) or '0-0'
if redis.call('EXISTS', feed) == 1 then
  local info = redis.call('XINFO', 'STREAM', feed)
  for index = 1, #info, 2 do
    if info[index] == 'last-generated-id' then
      previous = info[index + 1]
    end
  end
end
local id = redis.call('XADD', feed, '*', 'previous', previous, 'mark', mark, 'until', until_ms, 'before', before_ms)
-- What is older concerns no token that is alive.
redis.call('XTRIM', feed, 'MINID', '~', string.format('%.0f', now - longest_ms))
if redis.call('PTTL', feed) < longest_ms then
  redis.call('PEXPIRE', feed, string.format('%.0f', longest_ms))
end
redis.call('SET', last_id, id, 'PXAT', string.format('%.0f', redis.call('PEXPIRETIME', feed)))
return 'announced'
