-- Moves a session to a new key and leaves a tombstone at the old one.
-- KEYS[1] old key   KEYS[2] new key, in the same slot   KEYS[3] list of the user's sessions, if there are such
-- ARGV[1] life of the tombstone in ms   ARGV[2] body as it was read, or '' to move whatever is there   ARGV[3] new body
-- Returns 'rotated', 'overtaken', 'missing' or 'ended'.
local stored = redis.call('GET', KEYS[1])
if not stored then return 'missing' end
if string.sub(stored, 1, 2) == 'S0' then return 'ended' end
if ARGV[2] ~= '' then
  if string.sub(stored, 55) ~= ARGV[2] then return 'overtaken' end
  redis.call('SET', KEYS[1], string.sub(stored, 1, 54) .. ARGV[3], 'KEEPTTL')
end
-- RENAME carries the time to live along.
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('SET', KEYS[1], 'S0rotated', 'PX', ARGV[1])
if KEYS[3] then relist(KEYS[3], KEYS[1], KEYS[2]) end
return 'rotated'
