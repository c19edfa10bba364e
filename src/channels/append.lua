-- Keeps messages in the channel's stream and sends each to those who are subscribed.
-- KEYS   the stream
-- ARGV   PUBLISH or SPUBLISH; the channel; how many are kept; for how many milliseconds; then the messages
-- RETURN {id, how many connections got it, and so on for each}
-- The id of the message before goes with each: whoever misses one learns of it from the next.
local stream, last = KEYS[1], #ARGV
local previous = '0-0'
local before = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
if before then
  previous = before[1]
elseif redis.call('EXISTS', stream) == 1 then
  -- Somebody else has emptied it.
  local info = redis.call('XINFO', 'STREAM', stream)
  for index = 1, #info, 2 do
    if info[index] == 'last-generated-id' then
      previous = info[index + 1]
    end
  end
end
local told = {}
for index = 5, last do
  local id
  if index < last then
    id = redis.call('XADD', stream, '*', 'previous', previous, 'payload', ARGV[index])
  else
    id = redis.call('XADD', stream, 'MAXLEN', '~', ARGV[3], '*', 'previous', previous, 'payload', ARGV[index])
  end
  told[#told + 1] = id
  told[#told + 1] = redis.call(ARGV[1], ARGV[2], id .. ' ' .. previous .. ' ' .. ARGV[index])
  previous = id
end
redis.call('XTRIM', stream, 'MINID', '~', string.format('%.0f', tonumber(previous:match('^%d+')) - tonumber(ARGV[4])))
redis.call('PEXPIRE', stream, ARGV[4])
return told
