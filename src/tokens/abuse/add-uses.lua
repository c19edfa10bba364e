-- Adds one server's uses of some tokens to those of all servers, and says which tokens were used too often.
-- KEYS[1]  uses in the minute of now, by token   KEYS[2]  those of the minute before
-- KEYS[3]  number of the last report of this server
-- ARGV[1]  name of the server   ARGV[2]  number of this report   ARGV[3]  slice of now, since the epoch
-- ARGV[4]  slices of the window   ARGV[5]  slices of a minute   ARGV[6]  most uses   ARGV[7]  how long to keep, ms
-- ARGV[8]  JSON: for each token its hash, and then slices and counts in turn
-- returns  for each token 'fine', 'found' or 'known', and its uses within the window
local server, now, per_minute, most = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[5]), tonumber(ARGV[6])
local first = now - tonumber(ARGV[4]) + 1
local minute = math.floor(now / per_minute)
local is_new = tonumber(redis.call('GET', KEYS[3]) or '-1') < tonumber(ARGV[2])
local report = cjson.decode(ARGV[8])

local fields = {}
for index, token in ipairs(report) do fields[index] = token[1] end
local stored = { redis.call('HMGET', KEYS[1], unpack(fields)), redis.call('HMGET', KEYS[2], unpack(fields)) }
local changed = { {}, {} }

-- A value is who found the token abused ('' for nobody), and the counts of the slices of its minute.
local function empty()
  local counts = { '' }
  for slice = 1, per_minute do counts[slice + 1] = 0 end
  return counts
end

local answers = {}
for index, token in ipairs(report) do
  local minutes, is_changed = {}, {}
  for which = 1, 2 do minutes[which] = stored[which][index] and cmsgpack.unpack(stored[which][index]) or empty() end
  if is_new then
    for at = 2, #token, 2 do
      local slice = token[at]
      if slice >= first and slice <= now then
        local which = minute - math.floor(slice / per_minute) + 1
        local place = slice % per_minute + 2
        minutes[which][place] = minutes[which][place] + token[at + 1]
        is_changed[which] = true
      end
    end
  end
  local uses = 0
  for slice = first, now do
    uses = uses + minutes[minute - math.floor(slice / per_minute) + 1][slice % per_minute + 2]
  end
  local status = 'fine'
  if uses > most then
    local finder = minutes[1][1] ~= '' and minutes[1][1] or minutes[2][1]
    if finder == '' then
      minutes[1][1], is_changed[1], finder = server, true, server
    end
    status = finder == server and 'found' or 'known'
  end
  for which = 1, 2 do
    if is_changed[which] then
      table.insert(changed[which], token[1])
      table.insert(changed[which], cmsgpack.pack(minutes[which]))
    end
  end
  table.insert(answers, status)
  table.insert(answers, uses)
end

for which = 1, 2 do
  if #changed[which] > 0 then
    redis.call('HSET', KEYS[which], unpack(changed[which]))
    redis.call('PEXPIRE', KEYS[which], ARGV[7])
  end
end
if is_new then redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[7]) end
return answers
