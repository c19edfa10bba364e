-- Carries out commands of the application, unless this was done before.
-- KEYS[1] marker   KEYS[2] another name of its slot: see `slotKeys`
-- ARGV[1] how long it is kept, in ms   ARGV[2] how many commands
-- then for each: how many arguments, the arguments
-- Returns { 'applied', replies }, { 'known' }, or { 'failed', how many had been carried out, error }. Redis undoes nothing:
-- after the first command the marker stays, so that no part of the effect happens twice.
local marker = KEYS[1]
if redis.call('EXISTS', marker) == 1 then return { 'known' } end
redis.call('SET', marker, '1', 'PX', ARGV[1])
local replies, position = {}, 3
for i = 1, tonumber(ARGV[2]) do
  local n = tonumber(ARGV[position])
  local reply = redis.pcall(unpack(ARGV, position + 1, position + n))
  position = position + n + 1
  if type(reply) == 'table' and reply.err then
    if i == 1 then redis.call('DEL', marker) end
    return { 'failed', i - 1, reply.err }
  end
  replies[i] = reply
end
return { 'applied', replies }
