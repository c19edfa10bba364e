-- One turn of a consumer: what it tells of its entries takes effect, and it gets others, all at once.
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] joins: the id after which the group begins if it is not there; else empty
-- ARGV[4] number of the turn, which rises   ARGV[5] claims, as the last turn gave it   ARGV[6] entries wanted
-- ARGV[7] most deliveries   ARGV[8] 1 = look for idle entries, of so many ms: ARGV[9], after the id ARGV[10], may be empty
-- ARGV[11] when looking from the first: forget consumers that were silent for so many ms
-- ARGV[12] 1 = tell what it has beyond the known ones
-- ARGV[13] the gate through which a plain XREADGROUP follows, or empty: then the script reads new entries itself
-- ARGV[14] ends before which it knows what it has, as XPENDING takes them, with spaces between; may be empty
-- ARGV[15] for each the first entry that it knows of after it, or "."
-- then, each with their number before them: acknowledged ids, renewed ids, known ids, retried (id, deliveries), buried
-- (id, death), released (id, deliveries)
-- Returns { claims, 1 = unknown, 1 = has more, last id, id to look on after, claimed, forgotten, { stale ids },
-- { lost ids }, { exhausted ids }, { index, note … }, { id, event … }, 1 = the gate is open, 1 = it has entries of which it
-- does not know }. A note has the deliveries, and then `!` when the
-- entry cannot be read, or the id that the event had at first and its trace, each after a space.
local group, consumer, want = ARGV[1], ARGV[2], tonumber(ARGV[6])
local place, mostDeliveries = placeOf(group), tonumber(ARGV[7])

-- HDEL is a write that Redis allows when its memory is full, and after it all others: acknowledging is what lets memory
-- be freed.
redis.call('HDEL', place, '')
if ARGV[3] ~= '' then
  local made = redis.pcall('XGROUP', 'CREATE', stream, group, ARGV[3], 'MKSTREAM')
  if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
  -- The consumer has seen what the stream has not come to: the data were lost, and with them what it has seen.
  if made.ok and ARGV[12] == '1' then
    local lastId = member(redis.call('XINFO', 'STREAM', stream), 'last-generated-id')
    if ARGV[3] ~= '$' and isNewer(ARGV[3], lastId) then redis.call('XGROUP', 'SETID', stream, group, '0-0') end
  end
end

local state = redis.call('HMGET', place, 'claims:' .. consumer, 'turn:' .. consumer, 'released', 'gate:' .. consumer)
local claims, lastTurn, hasReleased = state[1], tonumber(string.match(state[2] or '0', '^%d+')), state[3]
local openGate = state[4]
-- A client may send a turn again when it has connected anew, and a turn may arrive after a later one, or after its
-- consumer has left. Such a turn takes nothing.
local isRepeated = tonumber(ARGV[4]) <= lastTurn
local isUnknown = isRepeated or (not claims and ARGV[3] == '')
local tellsAll = ARGV[12] == '1'
local isChecked = tellsAll or isUnknown or claims ~= ARGV[5]
if isUnknown then want = 0 end
if not claims and not isUnknown then
  -- Above any number that it may have had before it was forgotten.
  claims = number(now * 1000)
  redis.call('HSET', place, 'claims:' .. consumer, claims)
  -- Redis 7.0 would know it only when it is given something.
  redis.call('XGROUP', 'CREATECONSUMER', stream, group, consumer)
end

-- A read through the gate may have been carried out although its answer was lost, or twice.
local holdsUnknown = false
local knownFirst = string.gmatch(ARGV[15], '%S+')
for from in string.gmatch(isUnknown and '' or ARGV[14], '%S+') do
  local first = redis.call('XPENDING', stream, group, from, '+', 1, consumer)[1]
  if (first and first[1] or '.') ~= knownFirst() then holdsUnknown = true end
end

-- XACK and XCLAIM do not ask whose an entry is. To ask for each would cost as much as acknowledging it, and a consumer's
-- clock says nothing about a turn that was long under way. So whoever takes an entry raises the `claims` of the consumer
-- that had it: while these are as the consumer knows them, all that it holds is its own; else its own entries are looked
-- up, here, by id.
local mine
local mineInOrder = {}
if isChecked then
  mine = {}
  eachPending(group, '-', consumer, function(row)
    mine[row[1]] = row[4]
    mineInOrder[#mineInOrder + 1] = row[1]
  end)
end

local stale = {}
-- What is nobody's any more was told before, in a turn whose answer was lost, as long as nothing was taken from this
-- consumer; else whoever took it may be done with it.
local function owned(id)
  if not mine or mine[id] then return true end
  local wasTold = isRepeated or (tellsAll and claims == ARGV[5])
  if not wasTold or redis.call('XPENDING', stream, group, id, id, 1)[1] then stale[#stale + 1] = id end
  return false
end
local position = 16
local function list(width)
  local items, n, first = {}, tonumber(ARGV[position]), position + 1
  position = first + n * width
  for i = first, position - width, width do
    if owned(ARGV[i]) then
      for field = i, i + width - 1 do items[#items + 1] = ARGV[field] end
    end
  end
  return items
end
local function given(id)
  if mine then mine[id] = nil end
end

if mine then
  local acknowledged = list(1)
  for _, id in ipairs(acknowledged) do given(id) end
  inParts(acknowledged, function(...) redis.call('XACK', stream, group, ...) end)
else
  local n = tonumber(ARGV[position])
  for from = position + 1, position + n, 1000 do
    redis.call('XACK', stream, group, unpack(ARGV, from, math.min(from + 999, position + n)))
  end
  position = position + n + 1
end

-- Entries that it still works on: JUSTID counts no delivery.
local function renew(...)
  local call = { 'XCLAIM', stream, group, consumer, 0, ... }
  call[#call + 1] = 'JUSTID'
  redis.call(unpack(call))
end
inParts(list(1), renew)

local lost, known = {}, {}
local n = tonumber(ARGV[position])
for i = position + 1, position + n do
  known[ARGV[i]] = true
  if mine and not mine[ARGV[i]] then lost[#lost + 1] = ARGV[i] end
end
position = position + n + 1

local retried = list(2)
for i = 1, #retried, 2 do
  redis.call('XCLAIM', stream, group, consumer, 0, retried[i], 'RETRYCOUNT', retried[i + 1], 'JUSTID')
  known[retried[i]] = true
end
local buried = list(2)
for i = 1, #buried, 2 do
  bury(group, buried[i], buried[i + 1])
  given(buried[i])
end
local released = list(2)
for i = 1, #released, 2 do
  redis.call('XCLAIM', stream, group, 'released', 0, released[i], 'RETRYCOUNT', released[i + 1], 'JUSTID')
  given(released[i])
end
if #released > 0 then
  redis.call('HSET', place, 'released', '1')
  hasReleased = true
end

-- What is answered: id and event of each, and notes about those of which there is more to tell.
local entries, count, notes = {}, 0, {}
local foreign = {}
-- Adds an entry to the answer. One that was put back for another group is done with.
local function give(id, fields, deliveries)
  local event, more = noted(group, fields, deliveries)
  if not event then
    foreign[#foreign + 1] = id
    return
  end
  if more ~= '' then
    notes[#notes + 1] = count / 2
    notes[#notes + 1] = more
  end
  entries[count + 1], entries[count + 2] = id, event
  count = count + 2
end
local function room() return want - count / 2 end

-- What it was given without learning of it, because an answer was lost.
if tellsAll then
  for _, id in ipairs(mineInOrder) do
    local deliveries = mine[id]
    if deliveries and not known[id] then
      local found = redis.call('XRANGE', stream, id, id)[1]
      if found then
        give(id, found[2], deliveries)
      else
        redis.call('XACK', stream, group, id)
      end
    end
  end
end

-- XCLAIM counts a delivery, and drops what is no longer in the stream.
local function take(ids, deliveries)
  if #ids == 0 then return end
  for _, entry in ipairs(redis.call('XCLAIM', stream, group, consumer, 0, unpack(ids))) do
    give(entry[1], entry[2], deliveries[entry[1]] + 1)
  end
end

if hasReleased and room() > 0 then
  local ids, deliveries, limit = {}, {}, math.min(room(), 1000)
  local rows = redis.call('XPENDING', stream, group, '-', '+', limit, 'released')
  for i, row in ipairs(rows) do
    ids[i], deliveries[row[1]] = row[1], row[4]
  end
  take(ids, deliveries)
  if #rows < limit then redis.call('HDEL', place, 'released') end
end

-- One page of all that is pending. (XAUTOCLAIM would tell neither whose it was nor how often it was delivered.)
local exhausted, claimed, lookAfter = {}, 0, ''
if ARGV[8] == '1' and ARGV[10] ~= '' then lookAfter = '(' .. ARGV[10] end
local pageSize, mayLook = 500, ARGV[8] == '1' and room() > 0
local forgotten = 0
if mayLook then
  if lookAfter == '' then
    forgotten = forgetSilent(group, consumer, tonumber(ARGV[11]))
    lookAfter = '-'
  end
  local page = redis.call('XPENDING', stream, group, lookAfter, '+', pageSize)
  local ids, deliveries, owners, seen = {}, {}, {}, nil
  lookAfter = ''
  for _, row in ipairs(page) do
    local id, owner = row[1], row[2]
    if owner ~= consumer and owner ~= 'released' and row[3] >= tonumber(ARGV[9]) then
      if row[4] >= mostDeliveries then
        local fields = (redis.call('XRANGE', stream, id, id)[1] or {})[2] or {}
        local first = fields[#fields - 1] == 'redriven' and string.match(fields[#fields], ' (%d+-%d+)$') or id
        bury(group, id, '{"reason":"consumer-lost","id":"' .. first .. '","deliveries":' .. number(row[4]) .. '}')
        exhausted[#exhausted + 1] = id
        owners[owner] = true
      elseif #ids >= room() then
        lookAfter = seen or (ARGV[10] ~= '' and ARGV[10] or '0-0')
        break
      else
        ids[#ids + 1], deliveries[id], owners[owner] = id, row[4], true
      end
    end
    seen = id
  end
  if lookAfter == '' and #page == pageSize then lookAfter = seen end
  claimed = #ids
  take(ids, deliveries)
  for owner in pairs(owners) do
    if redis.call('HEXISTS', place, 'claims:' .. owner) == 1 then
      redis.call('HINCRBY', place, 'claims:' .. owner, 1)
    end
  end
elseif ARGV[8] == '1' then
  lookAfter = ARGV[10] ~= '' and ARGV[10] or '0-0'
end

-- What is under way to an earlier gate comes late, and takes nothing. This one stays shut when something was given already:
-- with as much as was wanted beside it, that would be too much.
local opens = ARGV[13] ~= '' and count == 0 and room() > 0
if not isUnknown and openGate and openGate ~= (opens and ARGV[13] or '') and (tellsAll or ARGV[13] ~= '') then
  closeGate(group, consumer)
  openGate = false
end
if opens and not openGate then
  redis.call('XGROUP', 'CREATE', gateOf(group, consumer, ARGV[13]), group, '$', 'MKSTREAM')
  redis.call('HSET', place, 'gate:' .. consumer, ARGV[13])
end

local asked = opens and 0 or room()
local read = 0
local lastId = ''
if asked > 0 then
  local reply = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', asked, 'STREAMS', stream, '>')
  local found = reply and reply[1][2] or {}
  read = #found
  for i = 1, read do
    local id, fields = found[i][1], found[i][2]
    if fields[1] == 'event' and #fields == 2 then
      -- As most are; the rest of `give` costs more than it seems.
      entries[count + 1], entries[count + 2] = id, fields[2]
      count = count + 2
    else
      give(id, fields, 1)
    end
  end
  if read > 0 then
    lastId = found[read][1]
  else
    lastId = member(redis.call('XINFO', 'STREAM', stream), 'last-generated-id')
  end
end
local hasMore = want > 0 and (asked <= 0 or read == asked)
if hasMore then lastId = '' end
if #foreign > 0 then redis.call('XACK', stream, group, unpack(foreign)) end
if not isUnknown then redis.call('HSET', place, 'turn:' .. consumer, ARGV[4] .. ' ' .. number(now)) end

return {
  claims or '',
  isUnknown and 1 or 0,
  hasMore and 1 or 0,
  lastId,
  lookAfter,
  claimed,
  forgotten,
  stale,
  lost,
  exhausted,
  notes,
  entries,
  opens and 1 or 0,
  holdsUnknown and 1 or 0,
}
