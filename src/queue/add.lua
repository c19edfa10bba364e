-- Adds tasks, in the order in which they are given.
-- ARGV[1] most tasks that may wait, 0 = any number   ARGV[2] name of a mark that tells that this was done, may be empty
-- ARGV[3]… the tasks; see adding.lua, which also says what is returned
local limit, room = tonumber(ARGV[1]), 1e15
if limit > 0 then room = limit - waitingCount() - redis.call('ZCARD', base .. ':delayed') end
local replies = addAll(3, #ARGV, room)
settle()
if ARGV[2] ~= '' then redis.call('SET', base .. ':durable:' .. ARGV[2], '1', 'PX', 60000) end
return replies
