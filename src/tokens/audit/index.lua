-- Looks at a part of the index of a user's families, and mends it when asked to.
-- KEYS[1] index   KEYS[2] another name of its slot: see `slotKeys`
-- ARGV[1] 'look' or 'mend'   ARGV[2] first place to look at   ARGV[3] how many
-- Returns ms to live (-1: for ever, -2: there is no index), how many were looked at, and the ids of those that do not
-- live although they should still. With 'mend' these are taken out.
local ttl = redis.call('PTTL', KEYS[1])
local first = tonumber(ARGV[2])
local mend = ARGV[1] == 'mend'
if mend and first == 0 then prune_index(KEYS[1]) end
local members = redis.call('ZRANGE', KEYS[1], first, first + tonumber(ARGV[3]) - 1, 'WITHSCORES')
local orphans = {}
for at = 1, #members, 2 do
  -- What has expired leaves the index by itself, at the next change.
  if tonumber(members[at + 1]) > now then
    local record = redis.call('HMGET', families_of(KEYS[1]) .. members[at], 'user', 'ended')
    if not record[1] or record[2] then table.insert(orphans, members[at]) end
  end
end
if mend then
  for _, id in ipairs(orphans) do redis.call('ZREM', KEYS[1], id) end
end
return { ttl, #members / 2, orphans }
