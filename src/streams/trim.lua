-- Removes the oldest entries, some at a time.
-- ARGV[1] most entries, may be empty   ARGV[2] most ms of age, may be empty
-- ARGV[3] 1 = nothing that a group has not acknowledged
-- Returns { how many, 1 when there may be more to remove }.
if redis.call('EXISTS', stream) == 0 then return { 0, 0 } end

-- The first id that has to stay, because a group has yet to read or to acknowledge it.
local barrier
if ARGV[3] == '1' then
  for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local group = member(info, 'name')
    local oldest = redis.call('XPENDING', stream, group)[2]
    if not oldest then
      -- The id after the last one that it was given; that one itself where Lua cannot count so far.
      oldest = member(info, 'last-delivered-id')
      local ms, seq = string.match(oldest, '^(%d+)-(%d+)$')
      if tonumber(seq) < 2 ^ 53 then oldest = ms .. '-' .. number(tonumber(seq) + 1) end
    end
    if not barrier or isNewer(barrier, oldest) then barrier = oldest end
  end
end

local removed = 0
if ARGV[2] ~= '' then
  local oldest = number(math.max(0, now - tonumber(ARGV[2]))) .. '-0'
  if barrier and isNewer(oldest, barrier) then oldest = barrier end
  removed = redis.call('XTRIM', stream, 'MINID', oldest)
end
local length = redis.call('XLEN', stream)
local excess = ARGV[1] ~= '' and length - tonumber(ARGV[1]) or 0
if excess <= 0 then return { removed, 0 } end
if not barrier then return { removed + redis.call('XTRIM', stream, 'MAXLEN', ARGV[1]), 0 } end

-- Redis 7 cannot trim to a length and not beyond an id: so the oldest are looked at, a hundred at a time.
local budget = 10
while excess > 0 and budget > 0 do
  local wanted = math.min(excess, 100)
  local old, free = redis.call('XRANGE', stream, '-', '+', 'COUNT', wanted), 0
  while old[free + 1] and isNewer(barrier, old[free + 1][1]) do free = free + 1 end
  if free == 0 then return { removed, 0 } end
  redis.call('XTRIM', stream, 'MAXLEN', length - free)
  removed, length, excess, budget = removed + free, length - free, excess - free, budget - 1
  if free < wanted then return { removed, 0 } end
end
return { removed, excess > 0 and 1 or 0 }
