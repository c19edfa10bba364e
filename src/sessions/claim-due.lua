-- Claims users whose sessions may have run out: for the time of the lease nobody else gets them, then whoever asks.
-- KEYS[1] users by when to look after them
-- ARGV[1] most users   ARGV[2] lease in ms
-- Returns now, the mark of this claim and the users.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(now), 'LIMIT', '0', ARGV[1])
local mark = text(now + tonumber(ARGV[2]))
for _, user in ipairs(due) do redis.call('ZADD', KEYS[1], mark, user) end
return { text(now), mark, due }
