-- The turn of a consumer that goes on as before: it acknowledges, and a plain XREADGROUP follows through a gate that is open.
-- turn.lua does the same and more, for more.
-- KEYS[1] the stream   KEYS[2] another name of its slot: see `slotKeys`
-- ARGV[1] group   ARGV[2] consumer   ARGV[3] number of the turn   ARGV[4] claims   ARGV[5] the gate
-- ARGV[6] ends before which it knows what it has, as XPENDING takes them, with spaces between; may be empty
-- ARGV[7] for each the first entry that it knows of after it, or "."   then acknowledged ids, at least one
-- Returns "ok", or "no" when it is not as simple as that; then nothing was done.
local stream, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local place = stream .. ':group:' .. group
local turn = 'turn:' .. consumer
local state = redis.call('HMGET', place, 'claims:' .. consumer, turn, 'gate:' .. consumer, 'released')
if state[1] ~= ARGV[4] or state[3] ~= ARGV[5] or state[4] then return 'no' end
if not state[2] or tonumber(string.match(state[2], '^%d+')) >= tonumber(ARGV[3]) then return 'no' end
local known = string.gmatch(ARGV[7], '%S+')
for from in string.gmatch(ARGV[6], '%S+') do
  local first = redis.call('XPENDING', stream, group, from, '+', 1, consumer)[1]
  if (first and first[1] or '.') ~= known() then return 'no' end
end
for from = 8, #ARGV, 1000 do
  redis.call('XACK', stream, group, unpack(ARGV, from, math.min(from + 999, #ARGV)))
end
local clock = redis.call('TIME')
redis.call('HSET', place, turn, ARGV[3] .. ' ' .. clock[1] .. string.sub('00000' .. clock[2], -6, -4))
return 'ok'
