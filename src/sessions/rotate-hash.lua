-- Moves a session to a new key and leaves a tombstone at the old one.
-- KEYS[1] old key   KEYS[2] new key, in the same slot   KEYS[3] list of the user's sessions, if there are such
-- ARGV[1] life of the tombstone in ms   ARGV[2] new role, or '' to keep it
-- Returns 'rotated', 'missing' or 'ended'.
local state = redis.call('HMGET', KEYS[1], 'at', 'ended')
if state[2] then return 'ended' end
if not state[1] then return 'missing' end
-- RENAME carries the time to live along.
redis.call('RENAME', KEYS[1], KEYS[2])
if ARGV[2] ~= '' then redis.call('HSET', KEYS[2], 'role', ARGV[2]) end
redis.call('HSET', KEYS[1], 'ended', 'rotated')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
if KEYS[3] then relist(KEYS[3], KEYS[1], KEYS[2]) end
return 'rotated'
