-- Changes some data fields of a live session and leaves the others as they are.
-- KEYS[1] session
-- ARGV[1] most bytes of data
-- ARGV[2] 'any', or 'absent' / 'equal': what must hold of field ARGV[3] (and value ARGV[4]) for anything to happen
-- ARGV[5] number n of fields to set, ARGV[6..5+2n] field, value …, then the fields to remove
-- Returns {'changed'}, {'missing'}, {'ended', reason}, {'conflict'}, {'conflict', value} or {'too-large', bytes}.
local state = redis.call('HMGET', KEYS[1], 'at', 'ended', 'size')
if state[2] then return { 'ended', state[2] } end
if not state[1] then return { 'missing' } end
if ARGV[2] ~= 'any' then
  local value = redis.call('HGET', KEYS[1], ARGV[3])
  if ARGV[2] == 'absent' and value then return { 'conflict', value } end
  if ARGV[2] == 'equal' and value ~= ARGV[4] then
    if value then return { 'conflict', value } end
    return { 'conflict' }
  end
end
local function size(field)
  local bytes = redis.call('HSTRLEN', KEYS[1], field)
  if bytes == 0 then return 0 end
  return bytes + #field - 5
end
-- Sizes count the field's own name without its 'data.' prefix. An empty value does not occur: the codec adds a byte.
local before = tonumber(state[3]) or 0
local total = before
local last = 5 + 2 * tonumber(ARGV[5])
for i = 6, last, 2 do total = total - size(ARGV[i]) + #ARGV[i] - 5 + #ARGV[i + 1] end
for i = last + 1, #ARGV do total = total - size(ARGV[i]) end
if total > tonumber(ARGV[1]) and total > before then return { 'too-large', tostring(total) } end
for i = 6, last, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
redis.call('HSET', KEYS[1], 'size', tostring(total))
return { 'changed' }
