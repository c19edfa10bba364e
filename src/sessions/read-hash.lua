-- Reads a session and, when asked, starts its idle time anew, never beyond its absolute end.
-- KEYS[1] session   KEYS[2] list of the user's sessions, if there are such: it lives as long as they do
-- ARGV[1] 'renew', 'due' (renew when this part of the idle time has passed: one over ARGV[2]) or 'keep'
-- ARGV[3] how much longer the list lives, in ms
-- Returns {'live', end in ms, now in ms, {field, value, …}}, {'missing'} or {'ended', reason}.
local fields = redis.call('HGETALL', KEYS[1])
if #fields == 0 then return { 'missing' } end
local idle, absolute, accessed = 0, 0, 0
for i = 1, #fields, 2 do
  local name = fields[i]
  if name == 'idle' then idle = tonumber(fields[i + 1])
  elseif name == 'end' then absolute = tonumber(fields[i + 1])
  elseif name == 'seen' then accessed = i + 1
  elseif name == 'ended' then return { 'ended', fields[i + 1] }
  end
end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local ends
local renews = ARGV[1] ~= 'keep' and idle and idle > 0 and accessed > 0
if renews and ARGV[1] == 'due' then
  renews = now - (tonumber(fields[accessed]) or 0) >= math.floor(idle / tonumber(ARGV[2]))
end
if renews then
  ends = now + idle
  if absolute and absolute > 0 and absolute < ends then ends = absolute end
  local text = string.format('%.0f', now)
  -- A server without memory or disk still reads, and without memory still takes the new end: who is signed in can go on.
  local noted = redis.pcall('HSET', KEYS[1], 'seen', text)
  local extended = redis.pcall('PEXPIRE', KEYS[1], ends - now)
  if type(noted) ~= 'table' then fields[accessed] = text end
  if type(extended) == 'table' then
    if string.find(extended.err, 'READONLY', 1, true) then return extended end
    ends = nil
  elseif KEYS[2] then
    local needed = ends - now + tonumber(ARGV[3])
    local left = redis.call('PTTL', KEYS[2])
    if left ~= -2 and left < needed then redis.call('PEXPIRE', KEYS[2], string.format('%.0f', needed)) end
  end
end
if not ends then ends = now + redis.call('PTTL', KEYS[1]) end
return { 'live', string.format('%.0f', ends), string.format('%.0f', now), fields }
