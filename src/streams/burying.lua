-- Moves an entry to the dead letters of its group: `death`, and then its own fields, whatever they are. Only what is
-- pending can die, so it dies once.
local function bury(group, id, death)
  if redis.call('XACK', stream, group, id) == 0 then return false end
  local found = redis.call('XRANGE', stream, id, id)[1]
  local fields = found and found[2] or {}
  redis.call('XADD', deadOf(group), '*', 'death', death, unpack(fields))
  return true
end
