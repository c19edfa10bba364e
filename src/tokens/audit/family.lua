-- Looks at one family of token pairs, and mends it when asked to.
-- KEYS[1] family   KEYS[2] index of the user's families
-- ARGV[1] id of the family   ARGV[2] 'look' or 'mend'   ARGV[3] life of a refresh token, ms
-- Returns 'missing'; 'strange' for a hash that is no family; or 'living' or 'ended', with ms to live (-1: for ever) and 'listed' or 'unlisted'.
local record = redis.call('HMGET', KEYS[1], 'ended', 'endedAt', 'lastUsedAt', 'endsAt', 'user')
local ttl = redis.call('PTTL', KEYS[1])
if ttl == -2 then return { 'missing' } end
if not record[5] then return { 'strange' } end
local mend = ARGV[2] == 'mend'
if ttl == -1 and mend then
  -- No refresh token of it is good for longer. In the past: Redis removes it at once.
  local used = tonumber(record[2] or record[3]) or now
  redis.call('PEXPIREAT', KEYS[1], whole(math.min(used + tonumber(ARGV[3]), tonumber(record[4]) or math.huge)))
end
if record[1] then return { 'ended', ttl, 'listed' } end
local listed = redis.call('ZSCORE', KEYS[2], ARGV[1])
if mend and (ttl == -1 or not listed) then
  local ends = redis.call('PEXPIRETIME', KEYS[1])
  if ends > 0 then live_until(KEYS[1], KEYS[2], ARGV[1], ends) else redis.call('ZREM', KEYS[2], ARGV[1]) end
end
return { 'living', ttl, listed and 'listed' or 'unlisted' }
