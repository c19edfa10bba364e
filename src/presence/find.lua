-- Looks up users. After take-off.lua.
-- ARGV[2..] users
-- Returns for each: ms of the last activity, µs of since, status with the time it was told; the first is '' for one not online.
local found = {}
for i = 2, #ARGV do
  local active = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if active and tonumber(active) > silentAt then
    found[#found + 1] = active
    found[#found + 1] = redis.call('ZSCORE', KEYS[2], ARGV[i]) or ''
    found[#found + 1] = redis.call('HGET', KEYS[3], ARGV[i]) or ''
  else
    for _ = 1, 3 do found[#found + 1] = '' end
  end
end
return found
