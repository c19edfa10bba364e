-- Reads a session and, when asked, starts its idle time anew, never beyond its absolute end.
-- KEYS[1] session
-- ARGV[1] 'renew' or 'keep'
-- Returns {'live', end in ms, {field, value, …}}, {'missing'} or {'ended', reason}.
local fields = redis.call('HGETALL', KEYS[1])
if #fields == 0 then return { 'missing' } end
local idle, absolute, accessed = 0, 0, 0
for i = 1, #fields, 2 do
  local name = fields[i]
  if name == 'idleMs' then idle = tonumber(fields[i + 1])
  elseif name == 'absoluteAt' then absolute = tonumber(fields[i + 1])
  elseif name == 'lastAccess' then accessed = i + 1
  elseif name == 'ended' then return { 'ended', fields[i + 1] }
  end
end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local ends
if ARGV[1] == 'renew' and idle and idle > 0 and accessed > 0 then
  ends = now + idle
  if absolute and absolute > 0 and absolute < ends then ends = absolute end
  local text = string.format('%.0f', now)
  redis.call('HSET', KEYS[1], 'lastAccess', text)
  redis.call('PEXPIRE', KEYS[1], ends - now)
  fields[accessed] = text
else
  ends = now + redis.call('PTTL', KEYS[1])
end
return { 'live', string.format('%.0f', ends), fields }
