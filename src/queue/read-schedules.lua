-- ARGV[1] all, or some and then names
-- Returns { this server's time, name, spec, when it is due next … }, without those that are not there.
local names = ARGV[1] == 'all' and redis.call('ZRANGE', base .. ':schedules', 0, -1) or { unpack(ARGV, 2) }
local found = { number(now) }
for _, name in ipairs(names) do
  local spec = redis.call('HGET', base .. ':schedules:specs', name)
  if spec then
    found[#found + 1] = name
    found[#found + 1] = spec
    found[#found + 1] = redis.call('ZSCORE', base .. ':schedules', name)
  end
end
return found
