-- Takes entries off a shelf and adds each as a task again.
-- ARGV[1] shelf   then for each: the entry's id, and the task in eight arguments; see adding.lua
-- Returns how many were added. An entry stays when a task of its unique id is in the queue.
local shelf, redriven, position = base .. ':' .. ARGV[1], 0, 2
while position <= #ARGV do
  local entry, id = ARGV[position], ARGV[position + 3]
  -- An id that expires is that of a task which has ended, such as this one.
  local isTaken = id ~= '' and redis.call('PTTL', base .. ':id:' .. id) == -1
  if not isTaken and redis.call('HDEL', shelf, entry) == 1 then
    redis.call('ZREM', shelf .. ':times', entry)
    forget(id, 0)
    -- Whoever was cancelled after it had died is not whoever runs now.
    redis.call('ZREM', base .. ':cancelled', idOf(ARGV[position + 2]) or entry)
    if addAll(position + 1, position + 8, 1e15)[1] > 0 then redriven = redriven + 1 end
  end
  position = position + 9
end
settle()
return redriven
