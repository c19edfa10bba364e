-- Removes a group and what is known of its consumers. ARGV[1] group. Returns 1 when it was there, else 0.
local removed = redis.pcall('XGROUP', 'DESTROY', stream, ARGV[1])
for _, field in ipairs(redis.call('HKEYS', placeOf(ARGV[1]))) do
  local consumer = string.match(field, '^gate:(.*)$')
  if consumer then closeGate(ARGV[1], consumer) end
end
redis.call('DEL', placeOf(ARGV[1]))
if type(removed) == 'table' then
  if string.find(removed.err, 'key to exist', 1, true) then return 0 end
  return removed
end
return removed
