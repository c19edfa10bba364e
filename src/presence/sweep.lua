-- Takes off users who have been silent for too long. After take-off.lua.
-- ARGV[2] how many at most
-- Returns who they are.
local silent = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format(digits, silentAt), 'LIMIT', 0, ARGV[2])
for _, user in ipairs(silent) do takeOff(user) end
-- No beat is accepted that could be older than these.
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', '(' .. string.format(digits, silentAt - 60000))
return silent
