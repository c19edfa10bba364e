-- What lies in the queue now; costs as much as there are workers, however many tasks there are.
-- Returns { now, waiting, delayed, dead, business, paused, when the oldest was added or '', added, finished, retried in
-- the last minute, { worker, end of its lease, tasks it holds … } }.
local oldest
local function look(envelope)
  local text = envelope and string.match(envelope, '^%d+ ([^\n]*)\n')
  local at = text and decode(text).at
  if type(at) == 'number' and (not oldest or at < oldest) then oldest = at end
end
-- The oldest lie on the left; what was put back or tried again may stand before older ones, so a few are looked at.
local function lookInto(list)
  for _, element in ipairs(redis.call('LRANGE', list, 0, 9)) do
    if string.byte(element) == 1 then element = redis.call('LINDEX', listOf(string.sub(element, 2)), 0) end
    look(element)
  end
end
lookInto(base .. ':waiting')
for _, level in ipairs(redis.call('ZRANGE', base .. ':levels', 0, -1)) do lookInto(base .. ':waiting:' .. level) end
local waiting = waitingCount()
if waiting > 0 and not oldest then
  -- All wait behind tasks of their keys.
  for i, key in ipairs(redis.call('HSCAN', base .. ':keys', '0', 'COUNT', 100)[2]) do
    if i > 400 then break end
    if i % 2 == 1 then look(redis.call('LINDEX', listOf(key), 0)) end
  end
end

local bucket = math.floor(now / bucketMs)
local function lastMinute(kind)
  local fields = {}
  for i = 0, 12 do fields[i + 1] = kind .. ':' .. number(bucket - i) end
  local counts = redis.call('HMGET', base .. ':rates', unpack(fields))
  local sum = 0
  for i = 1, 12 do sum = sum + (tonumber(counts[i]) or 0) end
  -- Of the bucket in which the minute began, as much as lies inside.
  return math.floor(sum + (tonumber(counts[13]) or 0) * (1 - now % bucketMs / bucketMs) + 0.5)
end

local flat = redis.call('ZRANGE', base .. ':workers', 0, -1, 'WITHSCORES')
local workers = {}
for i = 1, #flat, 2 do
  workers[#workers + 1] = flat[i]
  workers[#workers + 1] = flat[i + 1]
  workers[#workers + 1] = redis.call('HLEN', base .. ':active:' .. flat[i])
end
return {
  now,
  waiting,
  redis.call('ZCARD', base .. ':delayed'),
  redis.call('HLEN', base .. ':dead'),
  redis.call('HLEN', base .. ':business'),
  redis.call('EXISTS', base .. ':paused'),
  oldest and number(oldest) or '',
  lastMinute('added'),
  lastMinute('finished'),
  lastMinute('retried'),
  workers,
}
