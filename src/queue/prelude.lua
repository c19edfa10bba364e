-- What the scripts of a queue share. KEYS[1] is the prefix of all its keys; they lie in one slot, because the prefix
-- holds the hash tag. KEYS[2] is another name in this slot: see `slotKeys`. docs/redis-keys.md lists the keys.
--
-- An element of a waiting list is an envelope, which begins with a digit, or a pointer: byte 1 and a key, which stands
-- for the first task of that key's own list. A member of `delayed` is a pointer; or byte 2 and the name of a debounced
-- task, whose envelope lies in `debounced`; or byte 3, a number of 16 digits that keeps equal times in the order of
-- adding, and an envelope.
--
-- A key is held, which is a field of `keys`, as long as a pointer to it waits or is delayed, or a task of it is taken.
local base = KEYS[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local bucketMs = 5000

-- '%d' is twice as fast, where an integer of the server's Lua is large enough.
local whole = string.format('%d', 2 ^ 53) == '9007199254740992' and '%d' or '%.0f'
local function number(value) return string.format(whole, value) end

-- Wakes one idle worker. One mark is enough: the worker that takes it leaves another when it does not take all there is.
local function wake()
  if redis.call('LLEN', base .. ':wake') == 0 then redis.call('RPUSH', base .. ':wake', '1') end
end

-- Counts into buckets of five seconds. The hash is bounded, and gone two minutes after the last count.
local function count(kind, n)
  if n == 0 then return end
  local bucket = math.floor(now / bucketMs)
  local rates = base .. ':rates'
  if redis.call('HINCRBY', rates, kind .. ':' .. number(bucket), n) > n then return end
  redis.call('PEXPIRE', rates, 120000)
  if redis.call('HLEN', rates) < 96 then return end
  for _, field in ipairs(redis.call('HKEYS', rates)) do
    if tonumber(string.match(field, '%d+$')) < bucket - 12 then redis.call('HDEL', rates, field) end
  end
end

-- How many keyed tasks lie in lists of their keys, and how many pointers in `waiting`, changed once per script.
local keyedTasks, pointers = 0, 0
local function settle()
  if keyedTasks ~= 0 then redis.call('HINCRBY', base .. ':counters', 'tasks', keyedTasks) end
  if pointers ~= 0 then redis.call('HINCRBY', base .. ':counters', 'pointers', pointers) end
end

-- Only before this script has added or taken anything.
local function waitingCount()
  local counters = redis.call('HMGET', base .. ':counters', 'tasks', 'pointers')
  local n = redis.call('LLEN', base .. ':waiting') + (tonumber(counters[1]) or 0) - (tonumber(counters[2]) or 0)
  for _, level in ipairs(redis.call('ZRANGE', base .. ':levels', 0, -1)) do
    n = n + redis.call('LLEN', base .. ':waiting:' .. level)
  end
  return n
end

-- JSON.stringify escapes half of a surrogate pair, which cjson refuses; clients send such a half as U+FFFD.
local function decode(text)
  local readable, fields = pcall(cjson.decode, text)
  if not readable then
    readable, fields = pcall(cjson.decode, (string.gsub(text, '\\u[dD][89aAbBcCdDeEfF]%x%x', '\\ufffd')))
  end
  if readable and type(fields) == 'table' then return fields end
  return {}
end

-- Key, priority and unique id of a task; empty, 0 and empty where it has none, or cannot be read.
local function routing(envelope)
  local text = string.match(envelope, '^%d+ ([^\n]*)\n')
  if
    not text
    or not (
      string.find(text, '"key"', 1, true)
      or string.find(text, '"priority"', 1, true)
      or string.find(text, '"unique"', 1, true)
    )
  then
    return '', 0, ''
  end
  local fields = decode(text)
  local key, priority, id = fields.key, fields.priority, fields.id
  if type(key) ~= 'string' then key = '' end
  if type(priority) ~= 'number' or not (priority > -1e6 and priority < 1e6) then priority = 0 end
  if fields.unique ~= true or type(id) ~= 'string' then id = '' end
  return key, priority, id
end

local function idOf(envelope)
  local id = string.match(envelope, '^%d+ {"id":"([^"\\]*)"')
  if id then return id end
  local text = string.match(envelope, '^%d+ ([^\n]*)\n')
  id = text and decode(text).id
  return type(id) == 'string' and id or nil
end

-- The list of a key is another one after each `clear`.
local generation
local function listOf(key)
  generation = generation or redis.call('HGET', base .. ':counters', 'generation') or '0'
  return base .. ':group:' .. generation .. ':' .. key
end

-- Adds a pointer at the end, or in front: `front` adds at the end at which tasks are taken.
local function point(key, front)
  redis.call(front or 'RPUSH', base .. ':waiting', '\1' .. key)
  pointers = pointers + 1
end

local function append(envelope, key, priority, front)
  if key ~= '' then
    redis.call('RPUSH', listOf(key), envelope)
    keyedTasks = keyedTasks + 1
    if redis.call('HSETNX', base .. ':keys', key, '1') == 1 then point(key) end
  elseif priority ~= 0 then
    redis.call(front or 'RPUSH', base .. ':waiting:' .. priority, envelope)
    redis.call('ZADD', base .. ':levels', -priority, priority)
  else
    redis.call(front or 'RPUSH', base .. ':waiting', envelope)
  end
end

-- Puts a task back to where it was taken from, before all others. Its key, if it has one, is still held.
local function putBack(envelope, front)
  local key, priority = routing(envelope)
  if key == '' then return append(envelope, '', priority, front) end
  redis.call('LPUSH', listOf(key), envelope)
  keyedTasks = keyedTasks + 1
  point(key, front)
end

-- The first of n numbers that rise for ever. They are never behind the time, so that they rise although data were lost:
-- all of them, or the latest, where Redis came back with a snapshot or with what a replica had.
local function draw(n)
  local last = redis.call('HINCRBY', base .. ':counters', 'fence', n)
  if last < now * 1000 + n then
    last = now * 1000 + n
    redis.call('HSET', base .. ':counters', 'fence', number(last))
  end
  return last - n + 1
end

local function later(due, envelope)
  redis.call('ZADD', base .. ':delayed', number(due), '\3' .. string.format('%016.0f', draw(1)) .. envelope)
end

-- The task that held this key has left: the next one may be taken.
local function letGo(key)
  if key == '' then return end
  if redis.call('EXISTS', listOf(key)) == 1 then
    point(key)
  else
    redis.call('HDEL', base .. ':keys', key)
  end
end

local function forget(id, retainMs)
  if id == '' then return end
  if retainMs > 0 then
    redis.call('PEXPIRE', base .. ':id:' .. id, retainMs)
  else
    redis.call('DEL', base .. ':id:' .. id)
  end
end

-- A shelf keeps what was given up: `dead` or `business`. Where an earlier task of the same id lies, the fence goes with it.
local function shelve(shelf, id, fence, record)
  while redis.call('HSETNX', base .. ':' .. shelf, id, record) == 0 do id = id .. '#' .. fence end
  redis.call('ZADD', base .. ':' .. shelf .. ':times', number(now), id)
end

-- Put back in this order, tasks lie as they did.
local function lastTakenFirst(a, b) return a[1] > b[1] end

-- What a worker holds, as { fence, envelope }.
local function heldBy(worker)
  local flat = redis.call('HGETALL', base .. ':active:' .. worker)
  local held = {}
  for i = 1, #flat, 2 do held[#held + 1] = { tonumber(flat[i]), flat[i + 1] } end
  table.sort(held, lastTakenFirst)
  return held
end

local function dismiss(worker)
  redis.call('DEL', base .. ':active:' .. worker)
  redis.call('HDEL', base .. ':turns', worker)
  redis.call('ZREM', base .. ':workers', worker)
end
