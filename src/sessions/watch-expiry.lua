-- Puts a user among those whose sessions may run out. What is there already is moved in any case, so that who is looking
-- after it right now notices.
-- KEYS[1] users by when to look after them
-- ARGV[1] user   ARGV[2] ms until then   ARGV[3] how much longer the key lives, in ms
-- Returns now.
local due = now + tonumber(ARGV[2])
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
if known and tonumber(known) <= due then due = tonumber(known) - 1 end
redis.call('ZADD', KEYS[1], text(due), ARGV[1])
local needed = tonumber(ARGV[2]) + tonumber(ARGV[3])
if redis.call('PTTL', KEYS[1]) < needed then redis.call('PEXPIRE', KEYS[1], text(needed)) end
return text(now)
