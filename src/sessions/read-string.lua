-- Reads a session and, when asked, starts its idle time anew, never beyond its absolute end.
-- KEYS[1] session
-- ARGV[1] 'renew' or 'keep'
-- Returns {'live', end in ms, stored string}, {'missing'} or {'ended', reason}.
local stored = redis.call('GET', KEYS[1])
if not stored then return { 'missing' } end
if string.sub(stored, 1, 2) == 'S0' then return { 'ended', string.sub(stored, 3) } end
local idle = tonumber(string.sub(stored, 16, 28))
local absolute = tonumber(string.sub(stored, 29, 41))
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local ends
if ARGV[1] == 'renew' and idle and absolute and idle > 0 then
  ends = now + idle
  if absolute > 0 and absolute < ends then ends = absolute end
  local text = string.format('%013.0f', now)
  redis.call('SETRANGE', KEYS[1], 2, text)
  redis.call('PEXPIRE', KEYS[1], ends - now)
  stored = 'S1' .. text .. string.sub(stored, 16)
else
  ends = now + redis.call('PTTL', KEYS[1])
end
return { 'live', string.format('%.0f', ends), stored }
