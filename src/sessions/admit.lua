-- Stores and lists a new session of a user if the limits allow it, or makes room by ending the oldest.
-- KEYS[1] session   KEYS[2] list of the user's sessions   KEYS[3] the last look after the user, if expired ones are told
-- ARGV[1] most of the user   ARGV[2] most on devices of this type (0 = any number)
-- ARGV[3] 'allow', 'evict-oldest' or 'reject'   ARGV[4] device type   ARGV[5] device, '' = not known
-- ARGV[6] hash of the session that is replaced, or ''   ARGV[7] least life of a tombstone in ms
-- ARGV[8] how much longer the list lives than its sessions, in ms; if so, who takes the expired ones removes them
-- ARGV[9] idle time in ms, 0 = none   ARGV[10] absolute life in ms, 0 = none
-- ARGV[11] when the user was put among the watched, or ''   ARGV[12…] what `put` takes
-- Returns {'full', limit that is met}, {'overtaken'}, or
-- {'admitted', limit that was met or '', now, end, beginning, {evicted member, its beginning, …},
-- {what `data_of` gives of the session that is replaced}, or {} when it was not there}.
if overtaken(KEYS[3], ARGV[11]) then return { 'overtaken' } end
local index = KEYS[2]
local prefix = string.sub(KEYS[1], 1, -23)
local most, most_alike = tonumber(ARGV[1]), tonumber(ARGV[2])
local device, replaced = ARGV[5], ARGV[6]
-- An evicted session is told why as long as it would have lived, a day at most.
local longest_tombstone = 86400000

-- Without limits nothing has to be counted: sixteen are looked at, wherever they stand, so that the list does not grow for
-- ever; the microseconds choose, since the random numbers of a script are the same each time.
local first, last = 0, -1
if most == 0 and most_alike == 0 and device == '' then
  first = clock[2] % math.max(1, redis.call('ZCARD', index) - 15)
  last = first + 15
end
local others, alike, going = {}, {}, {}
for _, member in ipairs(redis.call('ZRANGE', index, first, last)) do
  local hash = hash_of(member)
  if not is_live(prefix .. hash) then
    if ARGV[8] == '0' then redis.call('ZREM', index, member) end
  elseif hash ~= replaced then
    if device ~= '' and device_of(member) == device then
      going[#going + 1] = member
    else
      others[#others + 1] = member
      if type_of(member) == ARGV[4] then alike[#alike + 1] = member end
    end
  end
end

local met = ''
if most_alike > 0 and #alike >= most_alike then met = 'device-type'
elseif most > 0 and #others >= most then met = 'user'
end
if met ~= '' and ARGV[3] == 'reject' then return { 'full', met } end
if met ~= '' and ARGV[3] == 'evict-oldest' then
  local chosen, left = {}, #others
  local function choose(member)
    chosen[member] = true
    going[#going + 1] = member
    left = left - 1
  end
  if most_alike > 0 then
    for i = 1, #alike - most_alike + 1 do choose(alike[i]) end
  end
  for _, member in ipairs(others) do
    if most > 0 and left >= most and not chosen[member] then choose(member) end
  end
end

local created = now
local newest = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')
if newest[2] and tonumber(newest[2]) >= now then created = tonumber(newest[2]) + 1 end
local idle, absolute = tonumber(ARGV[9]), tonumber(ARGV[10])
local life, ends = lifetime(idle, absolute)
-- The new one first: what fails, fails before anybody is signed out.
put(KEYS[1], created, idle, ends, life, 12)
redis.call('ZADD', index, text(created), string.sub(KEYS[1], -22) .. ':' .. ARGV[4] .. ':' .. device)
keep_index(index, life, ARGV[8])

local evicted = {}
for _, member in ipairs(going) do
  local key = prefix .. hash_of(member)
  evicted[#evicted + 1] = member
  evicted[#evicted + 1] = redis.call('ZSCORE', index, member)
  local rest = math.min(redis.call('PTTL', key), longest_tombstone)
  bury(key, 'evicted', math.max(rest, tonumber(ARGV[7])))
  redis.call('ZREM', index, member)
end
local held = {}
if replaced ~= '' and is_live(prefix .. replaced) then
  held[1] = data_of(prefix .. replaced)
  bury(prefix .. replaced, 'rotated', ARGV[7])
  local member = listed(index, replaced)
  if member then redis.call('ZREM', index, member) end
end
return { 'admitted', met, text(now), text(now + life), text(created), evicted, held }
