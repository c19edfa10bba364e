-- What the scripts of token pairs share. All keys of a user lie in one slot; docs/redis-keys.md lists them.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local function whole(value) return string.format('%.0f', value) end

-- The prefix of the keys of a user's families. From the name of the index, to which a client may have added a prefix of
-- its own: only names in KEYS get that.
local function families_of(index) return string.sub(index, 1, -9) .. 'family:' end

-- The index forgets what has expired, and is gone itself with the last family in it.
local function prune_index(index)
  redis.call('ZREMRANGEBYSCORE', index, '-inf', whole(now))
  local last = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')
  if last[2] then redis.call('PEXPIREAT', index, whole(tonumber(last[2]))) end
end

-- Until when a family lives, in its own key and in the index.
local function live_until(family, index, id, ends)
  redis.call('PEXPIREAT', family, whole(ends))
  redis.call('ZADD', index, whole(ends), id)
  prune_index(index)
end

-- Leaves of a family whose it was, why it was ended and when, for as long as it would have lived.
local function end_family(family, index, id, reason, owner)
  local ends = redis.call('PEXPIRETIME', family)
  redis.call('DEL', family, family .. ':steps')
  redis.call('HSET', family, 'ended', reason, 'endedAt', whole(now), 'user', owner[1])
  if owner[2] then redis.call('HSET', family, 'device', owner[2]) end
  redis.call('PEXPIREAT', family, whole(ends))
  redis.call('ZREM', index, id)
  prune_index(index)
end
