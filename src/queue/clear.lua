-- Takes all tasks that wait or are delayed out of the queue, however many there are: the keys get other names, and
-- `sweep` removes them. Keys (of tasks) stay held by tasks that a worker has.
-- Returns how many tasks there were.
local n = waitingCount() + redis.call('ZCARD', base .. ':delayed')
local old = redis.call('HGET', base .. ':counters', 'generation') or '0'
local function remove(kind, name)
  if redis.call('EXISTS', base .. ':' .. name) == 0 then return end
  redis.call('RENAME', base .. ':' .. name, base .. ':cleared:' .. old .. ':' .. name)
  redis.call('RPUSH', base .. ':cleared', kind .. ' ' .. old .. ' ' .. name)
end
for _, level in ipairs(redis.call('ZRANGE', base .. ':levels', 0, -1)) do remove('list', 'waiting:' .. level) end
redis.call('DEL', base .. ':levels')
remove('list', 'waiting')
remove('delayed', 'delayed')
remove('debounced', 'debounced')
remove('keys', 'keys')
redis.call('HSET', base .. ':counters', 'generation', number(tonumber(old) + 1), 'tasks', '0', 'pointers', '0')
for _, worker in ipairs(redis.call('ZRANGE', base .. ':workers', 0, -1)) do
  for _, envelope in ipairs(redis.call('HVALS', base .. ':active:' .. worker)) do
    local key = routing(envelope)
    if key ~= '' then redis.call('HSET', base .. ':keys', key, '1') end
  end
end
return n
