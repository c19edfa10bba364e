-- Appends events, all or none: what Redis may refuse, it refuses before the first one is written.
-- ARGV[1] how many   ARGV[2] how long their keys are remembered, in ms
-- then for each: event, trace, key; the last two may be empty
-- Returns the ids; one with `=` before it is that of an event which was there already.
local ids, position = {}, 3
for i = 1, tonumber(ARGV[1]) do
  local event, trace, key = ARGV[position], ARGV[position + 1], ARGV[position + 2]
  position = position + 3
  local place = key ~= '' and stream .. ':key:' .. key
  local known = place and redis.call('GET', place)
  if known then
    ids[i] = '=' .. known
  else
    if trace == '' then
      ids[i] = redis.call('XADD', stream, '*', 'event', event)
    else
      ids[i] = redis.call('XADD', stream, '*', 'event', event, 'trace', trace)
    end
    if place and ARGV[2] ~= '0' then redis.call('SET', place, ids[i], 'PX', ARGV[2]) end
  end
end
return ids
