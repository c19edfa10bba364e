-- Redis' own clock, in ms. Stands in front of scripts.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function text(ms)
  return string.format('%.0f', ms)
end

-- How long a new session lives at first, and when it ends at the latest (0 = at no time).
local function lifetime(idle, absolute)
  local life, ends = absolute, 0
  if idle > 0 and (absolute == 0 or idle < absolute) then life = idle end
  if absolute > 0 then ends = now + absolute end
  return life, ends
end
