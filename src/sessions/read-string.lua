-- Reads a session and, when asked, starts its idle time anew, never beyond its absolute end.
-- KEYS[1] session   KEYS[2] list of the user's sessions, if there are such: it lives as long as they do
-- ARGV[1] 'renew', 'due' (renew when this part of the idle time has passed: one over ARGV[2]) or 'keep'
-- ARGV[3] how much longer the list lives, in ms
-- Returns {'live', end in ms, now in ms, stored string}, {'missing'} or {'ended', reason}.
local stored = redis.call('GET', KEYS[1])
if not stored then return { 'missing' } end
if string.sub(stored, 1, 2) == 'S0' then return { 'ended', string.sub(stored, 3) } end
local idle = tonumber(string.sub(stored, 16, 28))
local absolute = tonumber(string.sub(stored, 29, 41))
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local ends
local renews = ARGV[1] ~= 'keep' and idle and absolute and idle > 0
if renews and ARGV[1] == 'due' then
  renews = now - (tonumber(string.sub(stored, 3, 15)) or 0) >= math.floor(idle / tonumber(ARGV[2]))
end
if renews then
  ends = now + idle
  if absolute > 0 and absolute < ends then ends = absolute end
  local text = string.format('%013.0f', now)
  -- A server without memory or disk still reads, and without memory still takes the new end: who is signed in can go on.
  local noted = redis.pcall('SETRANGE', KEYS[1], 2, text)
  local extended = redis.pcall('PEXPIRE', KEYS[1], ends - now)
  if type(noted) ~= 'table' then stored = 'S1' .. text .. string.sub(stored, 16) end
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
return { 'live', string.format('%.0f', ends), string.format('%.0f', now), stored }
