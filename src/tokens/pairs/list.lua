-- The families of a user that live. What has expired or was evicted leaves the index.
-- KEYS[1] index of the user's families   KEYS[2] another name of its slot: see `slotKeys`
-- ARGV[1] user
-- Returns for each: id, device, and created, last used, expires and ends at, ms.
prune_index(KEYS[1])
local living = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local family = families_of(KEYS[1]) .. id
  local record = redis.call('HMGET', family, 'user', 'device', 'createdAt', 'lastUsedAt', 'endsAt')
  if not record[1] then
    redis.call('ZREM', KEYS[1], id)
  elseif record[1] == ARGV[1] then
    table.insert(living, { id, record[2], record[3], record[4], redis.call('PEXPIRETIME', family), record[5] })
  end
end
return living
