-- Looks at a key that is no user's, and gives it a time to live when asked to.
-- KEYS[1] feed of revocations, its last id, revoked keys, sign of a follower, counted uses or number of a report
-- ARGV[1] the type it must have   ARGV[2] 'look' or 'mend'   ARGV[3] ms to live, or 'scores': until its last member ends
-- Returns 'missing'; 'strange' for another type; or 'kept' with ms to live (-1: for ever).
local ttl = redis.call('PTTL', KEYS[1])
if ttl == -2 then return { 'missing' } end
if redis.call('TYPE', KEYS[1]).ok ~= ARGV[1] then return { 'strange' } end
if ttl == -1 and ARGV[2] == 'mend' then
  if ARGV[3] == 'scores' then
    local ends = tonumber(redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2])
    -- Within what Redis takes, whatever somebody has put in. In the past: Redis removes the key at once.
    redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', math.min(math.max(ends, 0), 8640000000000000)))
  else
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  end
end
return { 'kept', ttl }
