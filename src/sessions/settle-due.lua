-- Says when a claimed user is to be looked after next, unless something has happened meanwhile.
-- KEYS[1] users by when to look after them
-- ARGV[1] user   ARGV[2] mark of the claim   ARGV[3] ms until then, '' = none is left   ARGV[4] how much longer the key lives
-- Returns 'settled', or 'changed'.
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not known or tonumber(known) ~= tonumber(ARGV[2]) then return 'changed' end
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  return 'settled'
end
redis.call('ZADD', KEYS[1], text(now + tonumber(ARGV[3])), ARGV[1])
local needed = tonumber(ARGV[3]) + tonumber(ARGV[4])
if redis.call('PTTL', KEYS[1]) < needed then redis.call('PEXPIRE', KEYS[1], text(needed)) end
return 'settled'
