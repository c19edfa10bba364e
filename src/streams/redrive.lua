-- Puts dead letters back at the end of the stream, for their group alone.
-- ARGV[1] group   then ids of dead letters
-- Returns how many were there and can be read.

-- The event and its trace; nothing for an entry of another form, which would lose what else it has.
local function readable(fields)
  local trace = fields[5] == 'trace' and #fields >= 6
  local rest = trace and 7 or 5
  if fields[3] ~= 'event' or #fields < 4 then return end
  local isRedriven = #fields == rest + 1
    and fields[rest] == 'redriven'
    and string.find(fields[rest + 1], '^[^ ]+ %d+%-%d+$')
  if #fields ~= rest - 1 and not isRedriven then return end
  if trace then return { 'event', fields[4], 'trace', fields[6] } end
  return { 'event', fields[4] }
end

local group, dead, moved = ARGV[1], deadOf(ARGV[1]), 0
for i = 2, #ARGV do
  local found = redis.call('XRANGE', dead, ARGV[i], ARGV[i])[1]
  local fields = found and found[2]
  local again = fields and readable(fields)
  if again then
    local id = string.match(fields[2], '"id":"(%d+%-%d+)"') or ARGV[i]
    again[#again + 1], again[#again + 2] = 'redriven', group .. ' ' .. id
    redis.call('XADD', stream, '*', unpack(again))
    redis.call('XDEL', dead, ARGV[i])
    moved = moved + 1
  end
end
return moved
