-- Which tasks would be taken next.
-- ARGV[1] how many   ARGV[2] end to take from: LPOP, RPOP   Returns their envelopes, the next one first.
local limit, envelopes = tonumber(ARGV[1]), {}
local function look(list)
  local most = limit - #envelopes
  if most <= 0 then return end
  local isLeft = ARGV[2] == 'LPOP'
  local elements = redis.call('LRANGE', list, isLeft and 0 or -most, isLeft and most - 1 or -1)
  for i = 1, #elements do
    local element = elements[isLeft and i or #elements + 1 - i]
    if string.byte(element) == 1 then
      element = redis.call('LINDEX', listOf(string.sub(element, 2)), 0) or element
    end
    envelopes[#envelopes + 1] = element
  end
end
local levels = redis.call('ZRANGE', base .. ':levels', 0, -1, 'WITHSCORES')
local function lookLevels(areAbove)
  for i = 1, #levels, 2 do
    if (tonumber(levels[i + 1]) < 0) == areAbove then look(base .. ':waiting:' .. levels[i]) end
  end
end
lookLevels(true)
look(base .. ':waiting')
lookLevels(false)
return envelopes
