-- A page of those online, in the order in which they came. After take-off.lua.
-- ARGV[2] how many   ARGV[3] since of the last one before, or ''   ARGV[4] a status, or ''
-- ARGV[5] how many that are silent may be passed over
-- Returns {since to go on after, or '' at the end; then for each: user, ms of the last activity, since, status as in KEYS[3]}
local limit, after, name, passable = tonumber(ARGV[2]), ARGV[3], ARGV[4], tonumber(ARGV[5])
local found, count = { '' }, 0

local function following(most)
  local entries = {}
  if name == '' then
    local from = '-inf'
    if after ~= '' then from = '(' .. after end
    local members = redis.call('ZRANGEBYSCORE', KEYS[2], from, '+inf', 'WITHSCORES', 'LIMIT', 0, most)
    for i = 1, #members, 2 do entries[#entries + 1] = { members[i], members[i + 1] } end
    return entries
  end
  -- A semicolon is the character after the colon: beyond all that begin so.
  local from = '[' .. name .. ':'
  if after ~= '' then from = '(' .. name .. ':' .. after .. ';' end
  for _, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[4], from, '(' .. name .. ';', 'LIMIT', 0, most)) do
    local colon = string.find(member, ':', #name + 2, true)
    entries[#entries + 1] = { string.sub(member, colon + 1), string.sub(member, #name + 2, colon - 1) }
  end
  return entries
end

while count < limit and passable > 0 do
  local wanted = limit - count
  local entries = following(wanted)
  for _, entry in ipairs(entries) do
    local user, since = entry[1], entry[2]
    local active = redis.call('ZSCORE', KEYS[1], user)
    if active and tonumber(active) > silentAt then
      count = count + 1
      found[#found + 1] = user
      found[#found + 1] = active
      found[#found + 1] = since
      found[#found + 1] = redis.call('HGET', KEYS[3], user) or ''
    else
      passable = passable - 1
    end
    after = since
  end
  if #entries < wanted then return found end
end
found[1] = after
return found
