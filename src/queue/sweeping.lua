-- What `clear` took out of the queue lies in keys `cleared:…` until it is swept away, bit by bit: the unique ids of those
-- tasks have to be released. The list `cleared` has an entry for each: kind, generation, name.

-- Releases the ids of removed elements; `skip` bytes stand before each envelope. Pointers and names have no envelope.
local function releaseIds(elements, skip)
  local ids = {}
  for _, element in ipairs(elements) do
    local _, _, id = routing(skip > 0 and string.sub(element, skip + 1) or element)
    if id ~= '' then ids[#ids + 1] = base .. ':id:' .. id end
  end
  if #ids > 0 then redis.call('DEL', unpack(ids)) end
end

local sweepers = {
  list = function(key, most)
    local elements = redis.call('LPOP', key, most) or {}
    releaseIds(elements, 0)
    return #elements
  end,
  delayed = function(key, most)
    local popped = redis.call('ZPOPMIN', key, most)
    local members = {}
    for i = 1, #popped, 2 do
      if string.byte(popped[i]) == 3 then members[#members + 1] = popped[i] end
    end
    releaseIds(members, 17)
    return #popped / 2
  end,
  debounced = function(key, most)
    local flat = redis.call('HRANDFIELD', key, most, 'WITHVALUES')
    for i = 1, #flat, 2 do
      releaseIds({ (string.gsub(flat[i + 1], '^%d+ ', '')) }, 0)
      redis.call('HDEL', key, flat[i])
    end
    return #flat / 2
  end,
  keys = function(key, most, generation)
    local swept = 0
    for _, each in ipairs(redis.call('HRANDFIELD', key, 100)) do
      if swept >= most then break end
      local group = base .. ':group:' .. generation .. ':' .. each
      local elements = redis.call('LPOP', group, most - swept) or {}
      releaseIds(elements, 0)
      if redis.call('EXISTS', group) == 0 then redis.call('HDEL', key, each) end
      swept = swept + math.max(1, #elements)
    end
    return swept
  end,
}

-- Sweeps about so many tasks away. Returns how many keys are left.
local function sweep(most)
  while most > 0 do
    local entry = redis.call('LINDEX', base .. ':cleared', 0)
    if not entry then return 0 end
    local kind, generation, name = string.match(entry, '^(%a+) (%d+) (.*)$')
    local swept = sweepers[kind](base .. ':cleared:' .. generation .. ':' .. name, most, generation)
    if swept == 0 then redis.call('LPOP', base .. ':cleared') end
    most = most - swept
  end
  return redis.call('LLEN', base .. ':cleared')
end
