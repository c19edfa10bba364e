-- Ends families of a user.
-- KEYS[1] index of the user's families   KEYS[2] another name of its slot: see `slotKeys`
-- ARGV[1] user   ARGV[2] device, or '' for all
-- ARGV[3] only those created before this time, ms, or ''   ARGV[4] reason
-- Returns those that were ended: for each, id, device, and created, last used, expires and ends at, ms.
local ended = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local family = families_of(KEYS[1]) .. id
  local record = redis.call('HMGET', family, 'user', 'device', 'createdAt', 'lastUsedAt', 'endsAt', 'ended')
  local chosen = record[1] == ARGV[1] and not record[6] and (ARGV[2] == '' or ARGV[2] == record[2])
    and (ARGV[3] == '' or tonumber(record[3]) < tonumber(ARGV[3]))
  if chosen then
    table.insert(ended, { id, record[2], record[3], record[4], redis.call('PEXPIRETIME', family), record[5] })
    end_family(family, KEYS[1], id, ARGV[4], record)
  end
end
return ended
