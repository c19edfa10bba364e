-- Lets a group read on after an id. What is pending after it comes again, so it is forgotten, and every consumer has to
-- look what it still has.
-- ARGV[1] group   ARGV[2] id, or $ for the last one
-- Returns 1, or 0 when there is no such group.
local group, place = ARGV[1], placeOf(ARGV[1])
redis.call('HDEL', place, '')
local set = redis.pcall('XGROUP', 'SETID', stream, group, ARGV[2])
if type(set) == 'table' and set.err then
  if string.find(set.err, 'NOGROUP', 1, true) or string.find(set.err, 'key to exist', 1, true) then return 0 end
  return set
end
if ARGV[2] ~= '$' then
  local ids = {}
  eachPending(group, '(' .. ARGV[2], nil, function(row) ids[#ids + 1] = row[1] end)
  inParts(ids, function(...) redis.call('XACK', stream, group, ...) end)
end
for _, field in ipairs(redis.call('HKEYS', place)) do
  if string.find(field, '^claims:') then redis.call('HINCRBY', place, field, 1) end
end
return 1
