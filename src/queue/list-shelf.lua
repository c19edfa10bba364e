-- Lists what was given up, the latest first.
-- ARGV[1] shelf   ARGV[2] how many   ARGV[3] and ARGV[4] time and id of the entry before the first one, may be empty
-- Returns { id, time, record … }.
local records, times = base .. ':' .. ARGV[1], base .. ':' .. ARGV[1] .. ':times'
if ARGV[2] == '0' then return {} end
local from, before, place = 0, ARGV[4]
if ARGV[3] ~= '' then
  -- The entry may be gone, or have been put there anew. It is put where it stood for a moment, because only Redis knows
  -- the order of equal times. ZREM is allowed when memory is full, and then ZADD is too.
  place = redis.call('ZSCORE', times, before)
  redis.call('ZREM', times, before)
  redis.call('ZADD', times, ARGV[3], before)
  from = redis.call('ZREVRANK', times, before) + 1
end
local found = redis.call('ZREVRANGE', times, from, from + tonumber(ARGV[2]) - 1, 'WITHSCORES')
if ARGV[3] ~= '' then
  redis.call('ZREM', times, before)
  if place then redis.call('ZADD', times, place, before) end
end
local entries = {}
for i = 1, #found, 2 do
  entries[#entries + 1] = found[i]
  entries[#entries + 1] = found[i + 1]
  entries[#entries + 1] = redis.call('HGET', records, found[i])
end
return entries
