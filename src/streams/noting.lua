-- The event of an entry, and what there is to tell of it besides; nothing when it was put back for another group. See
-- turn.lua for what a note has.
local function noted(group, fields, deliveries)
  if fields[1] ~= 'event' then return '', number(deliveries) .. '!' end
  local n = #fields
  if n <= 2 then return fields[2], deliveries > 1 and number(deliveries) or '' end
  local trace, first, last = '', '', 2
  if fields[3] == 'trace' and n >= 4 then
    trace, last = fields[4], 4
  end
  if n == last + 2 and fields[last + 1] == 'redriven' then
    local target
    target, first = string.match(fields[n], '^([^ ]+) (%d+%-%d+)$')
    if target and target ~= group then return end
  elseif n > last then
    first = nil
  end
  return fields[2], number(deliveries) .. (first and ' ' .. first .. ' ' .. trace or '!')
end
