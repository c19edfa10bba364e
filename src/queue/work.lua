-- One turn of a worker: what it has finished leaves the queue, its lease is renewed, and it gets new tasks, all at once.
-- ARGV[1] worker   ARGV[2] lease in ms   ARGV[3] 1 = it joins   ARGV[4] tasks wanted   ARGV[5] end to take from: LPOP, RPOP
-- ARGV[6] ms per task and ARGV[7] burst of the rate limit, 0 = none   ARGV[8] how often a task may lose its worker
-- ARGV[9] 1 = an answer may have been lost: tell what it holds beyond the fences that follow
-- ARGV[10] number of the turn, which rises
-- then: n, n fences it holds; n, n fences of plain tasks that are done; other completions, see completing.lua
-- Returns { lost = 1 } for a worker whose lease has lapsed; nothing is changed then, for its tasks are others' now.
-- Else { 0, first fence, ms until something falls due or -1, ms until the rate allows a task or 0, paused, left waiting,
-- tasks recovered, { fence, envelope … held }, { cancelled ids }, { names of due schedules }, { envelopes } }.
local worker, lease, want, pop = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4]), ARGV[5]
local front = pop == 'LPOP' and 'LPUSH' or 'RPUSH'
local every, burst, mostLosses = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local workers, active = base .. ':workers', base .. ':active:' .. worker

-- ZREM is a write that Redis allows when its memory is full, and after it all others: ending tasks is what frees memory.
if redis.call('ZREM', workers, worker) == 0 and ARGV[3] ~= '1' then return { 1 } end
redis.call('ZADD', workers, number(now + lease), worker)

-- A client may send a turn again when it has connected anew, and a turn may arrive after a later one. Such a turn takes
-- nothing, and the one that was last is told again what it has taken.
local turnNumber = tonumber(ARGV[10])
local last = redis.call('HGET', base .. ':turns', worker)
local repeatedFrom
if last then
  local lastNumber, lastFirst = string.match(last, '^(%d+) (%d*)$')
  if turnNumber <= tonumber(lastNumber) then
    want = 0
    repeatedFrom = turnNumber == tonumber(lastNumber) and tonumber(lastFirst) or 1e16
  end
end

local position = 11
local function fences()
  local n = tonumber(ARGV[position])
  local first = position + 1
  position = first + n
  return n, first
end

local knownCount, firstKnown = fences()
local held = {}
if ARGV[9] == '1' or repeatedFrom then
  local known = {}
  for i = firstKnown, firstKnown + knownCount - 1 do known[ARGV[i]] = true end
  local all = redis.call('HGETALL', active)
  for i = 1, #all, 2 do
    if (ARGV[9] == '1' and not known[all[i]]) or (repeatedFrom and tonumber(all[i]) >= repeatedFrom) then
      held[#held + 1] = all[i]
      held[#held + 1] = all[i + 1]
    end
  end
end

local plainCount, firstPlain = fences()
local finished = complete(active, front, firstPlain, plainCount, position)
local recovered, givenUp = recover(workers, front, mostLosses)
count('finished', finished + givenUp)

-- Most queues have nothing of all this most of the time.
local hasOthers = redis.call(
  'EXISTS',
  base .. ':delayed',
  base .. ':paused',
  base .. ':levels',
  base .. ':cancelled',
  base .. ':schedules',
  base .. ':cleared'
) > 0

-- What has come due.
local due = hasOthers and redis.call('ZRANGEBYSCORE', base .. ':delayed', '-inf', number(now), 'LIMIT', 0, 500) or {}
for _, member in ipairs(due) do
  local mark = string.byte(member)
  if mark == 1 then
    point(string.sub(member, 2))
    keyedTasks = keyedTasks + 1
  else
    local envelope
    if mark == 3 then
      envelope = string.sub(member, 18)
    else
      local name = string.sub(member, 2)
      envelope = string.match(redis.call('HGET', base .. ':debounced', name) or '', '^%d+ (.*)$')
      redis.call('HDEL', base .. ':debounced', name)
    end
    if envelope then
      local key, priority = routing(envelope)
      append(envelope, key, priority)
    end
  end
end
if #due > 0 then redis.call('ZREM', base .. ':delayed', unpack(due)) end

local paused = hasOthers and redis.call('EXISTS', base .. ':paused') or 0
if paused == 1 then want = 0 end

-- The rate limit of all workers together: the theoretical arrival time of the generic cell rate algorithm. It is never
-- further ahead than a burst, also when the clock was set back or the limit was another.
local preciseNow = clock[1] * 1000 + clock[2] / 1000
local arrival, allowed = 0, want
if every > 0 then
  arrival = tonumber(redis.call('GET', base .. ':rate') or 0)
  arrival = math.max(preciseNow, math.min(arrival, preciseNow + burst * every))
  allowed = math.min(want, math.floor((preciseNow + burst * every - arrival) / every + 1e-6))
end

local envelopes, taken = {}, 0
-- A pointer stands for the first task of its key. One to a key that is not held was not made here.
local function follow(element)
  local key = string.sub(element, 2)
  local envelope = redis.call('LPOP', listOf(key))
  if envelope then
    keyedTasks = keyedTasks - 1
  elseif redis.call('HDEL', base .. ':keys', key) == 0 then
    return element
  end
  pointers = pointers - 1
  return envelope
end
-- These two loops are what a task costs: globals and lengths of tables are looked up outside of them.
local byte, format = string.byte, string.format
-- An answer that takes longer than the client waits would never arrive: so large tasks come in several turns. A few are
-- popped at once, as many as will fit if they are like those before.
local most, bytes = 524288, 0
local function take(list)
  while taken < allowed and bytes < most do
    local fits = taken == 0 and 8 or math.max(1, math.min(16, math.floor((most - bytes) * taken / bytes)))
    local popped = redis.call(pop, list, math.min(allowed - taken, fits))
    if not popped then return end
    for i = 1, #popped do
      local element = popped[i]
      if byte(element) == 1 then element = follow(element) end
      if element then
        taken = taken + 1
        envelopes[taken] = element
        bytes = bytes + #element
      end
    end
  end
end

local left = 0
local levels = hasOthers and redis.call('ZRANGE', base .. ':levels', 0, -1, 'WITHSCORES') or {}
local function takeLevels(areAbove)
  for i = 1, #levels, 2 do
    if (tonumber(levels[i + 1]) < 0) == areAbove then
      local list = base .. ':waiting:' .. levels[i]
      take(list)
      local rest = redis.call('LLEN', list)
      if rest == 0 then redis.call('ZREM', base .. ':levels', levels[i]) end
      left = left + rest
    end
  end
end
takeLevels(true)
take(base .. ':waiting')
left = left + redis.call('LLEN', base .. ':waiting')
takeLevels(false)

local first = 0
if taken > 0 then
  first = draw(taken)
  for from = 1, taken, 500 do
    local fields, n = {}, 0
    for i = from, math.min(from + 499, taken) do
      fields[n + 1] = format(whole, first + i - 1)
      fields[n + 2] = envelopes[i]
      n = n + 2
    end
    redis.call('HSET', active, unpack(fields))
  end
end
if not repeatedFrom then
  redis.call('HSET', base .. ':turns', worker, ARGV[10] .. ' ' .. (taken > 0 and number(first) or ''))
end

local rateWait = 0
if every > 0 then
  arrival = arrival + taken * every
  if taken > 0 then
    redis.call('SET', base .. ':rate', string.format('%.4f', arrival), 'PX', math.ceil(arrival - preciseNow) + 1)
  end
  rateWait = math.max(0, math.ceil(arrival - (burst - 1) * every - preciseNow - 1e-6))
end

-- When few are cancelled, the worker itself looks which of them it has; else those that it has are told.
local cancelled = {}
if hasOthers and redis.call('EXISTS', base .. ':cancelled') == 1 then
  redis.call('ZREMRANGEBYSCORE', base .. ':cancelled', '-inf', number(now))
  if redis.call('ZCARD', base .. ':cancelled') <= 64 then
    cancelled = redis.call('ZRANGE', base .. ':cancelled', 0, -1)
  else
    for _, envelope in ipairs(redis.call('HVALS', active)) do
      local id = idOf(envelope)
      if id and redis.call('ZSCORE', base .. ':cancelled', id) then cancelled[#cancelled + 1] = id end
    end
  end
end

-- When to look again, for a worker that is about to wait.
local schedules, next = {}, -1
if hasOthers then
  schedules = redis.call('ZRANGEBYSCORE', base .. ':schedules', '-inf', number(now), 'LIMIT', 0, 16)
  for _, set in ipairs({ ':delayed', ':schedules' }) do
    local score = redis.call('ZRANGE', base .. set, 0, 0, 'WITHSCORES')[2]
    if score then
      local wait = math.max(0, tonumber(score) - now)
      if next < 0 or wait < next then next = wait end
    end
  end
end

-- Another worker is woken for what this one leaves, and for what soon falls due while this one may be busy.
local isFull = taken >= want
if paused == 0 and ((left > 0 and (rateWait == 0 or isFull)) or (isFull and next >= 0 and next < 5000)) then wake() end
if taken == 0 and hasOthers then sweep(100) end
settle()
return { 0, first, next, rateWait, paused, left, recovered, held, cancelled, schedules, envelopes }
