-- Stores a new family of token pairs.
-- KEYS[1] family   KEYS[2] index of the user's families
-- ARGV[1] id of the family   ARGV[2] user   ARGV[3] device, or '' for none   ARGV[4] claims, JSON
-- ARGV[5] hash of the first refresh token   ARGV[6] life of a refresh token, ms   ARGV[7] life of the family, ms
-- Returns when it was created, when it expires and when it ends at the latest, ms.
local ends_at = now + tonumber(ARGV[7])
local expires_at = math.min(now + tonumber(ARGV[6]), ends_at)
redis.call('HSET', KEYS[1], 'user', ARGV[2], 'claims', ARGV[4], 'hash', ARGV[5], 'generation', '0',
  'createdAt', whole(now), 'lastUsedAt', whole(now), 'endsAt', whole(ends_at))
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'device', ARGV[3]) end
live_until(KEYS[1], KEYS[2], ARGV[1], expires_at)
return { now, expires_at, ends_at }
