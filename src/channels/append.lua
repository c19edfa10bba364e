-- Keeps a message in the channel's stream and sends it to those who are subscribed.
-- KEYS   the stream
-- ARGV   PUBLISH or SPUBLISH; the channel; the message; how many are kept; for how many milliseconds
-- RETURN {id, how many connections got it}
-- The id of the message before goes with each: whoever misses one learns of it from the next.
local previous = '0-0'
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for index = 1, #info, 2 do
    if info[index] == 'last-generated-id' then
      previous = info[index + 1]
    end
  end
end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 'previous', previous, 'payload', ARGV[3])
redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', tonumber(id:match('^%d+')) - tonumber(ARGV[5])))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {id, redis.call(ARGV[1], ARGV[2], id .. ' ' .. previous .. ' ' .. ARGV[3])}
