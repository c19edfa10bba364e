-- A consumer leaves: others may take at once what it has, and it is forgotten.
-- ARGV[1] group   ARGV[2] consumer   then ids whose delivery counts, because their handlers had begun
-- Returns how many entries it gave back.
local group, consumer, given = ARGV[1], ARGV[2], 0
local begun = {}
for i = 3, #ARGV do begun[ARGV[i]] = true end
local place = placeOf(group)
closeGate(group, consumer)
redis.call('HDEL', place, 'claims:' .. consumer, 'turn:' .. consumer)
local pages = redis.pcall('XPENDING', stream, group, '-', '+', 1, consumer)
if pages.err then return 0 end
local held = {}
eachPending(group, '-', consumer, function(row) held[#held + 1] = row end)
for _, row in ipairs(held) do
  local deliveries = begun[row[1]] and row[4] or math.max(0, row[4] - 1)
  local moved = redis.call('XCLAIM', stream, group, 'released', 0, row[1], 'RETRYCOUNT', deliveries, 'JUSTID')
  given = given + #moved
end
if given > 0 then redis.call('HSET', place, 'released', '1') end
-- Nothing is pending for it: this would drop it.
redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer)
return given
