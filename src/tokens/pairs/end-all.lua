-- Ends families of a user.
-- KEYS[1] index of the user's families
-- ARGV[1] prefix of their keys, in the same slot   ARGV[2] user   ARGV[3] device, or '' for all
-- ARGV[4] only those created before this time, ms, or ''   ARGV[5] reason
-- Returns those that were ended: for each, id, device, and created, last used, expires and ends at, ms.
local ended = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local family = ARGV[1] .. id
  local record = redis.call('HMGET', family, 'user', 'device', 'createdAt', 'lastUsedAt', 'endsAt', 'ended')
  local chosen = record[1] == ARGV[2] and not record[6] and (ARGV[3] == '' or ARGV[3] == record[2])
    and (ARGV[4] == '' or tonumber(record[3]) < tonumber(ARGV[4]))
  if chosen then
    table.insert(ended, { id, record[2], record[3], record[4], redis.call('PEXPIRETIME', family), record[5] })
    end_family(family, KEYS[1], id, ARGV[5], record)
  end
end
return ended
