-- Adds tasks that the arguments describe; shared by the scripts that add. From some position on, again and again, one of
--   plain, n, n envelopes
--   task, envelope, id (when it is to be unique), key, priority, delay in ms, name to debounce by, longest delay in ms
--   together, n: the n tasks that follow are added if there is room for all of them
-- Returns one number for each of the first two: how many of the plain ones were taken; 1 = added, 0 = the id is known,
-- 2 = it replaced the task of that name, -1 = there was no room.

-- What falls due before all others falls due before any worker expects it.
local function wakeEarlier(due)
  local first = redis.call('ZRANGE', base .. ':delayed', 0, 0, 'WITHSCORES')[2]
  if not first or due < tonumber(first) then wake() end
end

local function debounce(envelope, name, delay, longest, known)
  local debounced, due, since = base .. ':debounced', now + delay, now
  if known then
    local replaced
    since, replaced = string.match(known, '^(%d+) (.*)$')
    since = tonumber(since)
    local _, _, id = routing(replaced)
    forget(id, 0)
  end
  if longest > 0 then due = math.max(now, math.min(due, since + longest)) end
  redis.call('HSET', debounced, name, number(since) .. ' ' .. envelope)
  wakeEarlier(due)
  redis.call('ZADD', base .. ':delayed', number(due), '\2' .. name)
  return known and 2 or 1
end

local function addOne(envelope, id, key, priority, delay, name, longest, room)
  if id ~= '' and redis.call('EXISTS', base .. ':id:' .. id) == 1 then return 0 end
  local known = name ~= '' and redis.call('HGET', base .. ':debounced', name)
  if room < 1 and not known then return -1 end
  if id ~= '' then
    redis.call('SET', base .. ':id:' .. id, '1')
    -- Whoever was cancelled under this id before is another.
    redis.call('ZREM', base .. ':cancelled', id)
  end
  if name ~= '' then return debounce(envelope, name, delay, longest, known) end
  if delay > 0 then
    wakeEarlier(now + delay)
    later(now + delay, envelope)
  else
    append(envelope, key, priority)
  end
  return 1
end

local function addAll(position, last, room)
  local replies, added, ready, refused = {}, 0, false, 0
  while position <= last do
    if ARGV[position] == 'together' then
      local n = tonumber(ARGV[position + 1])
      refused = room < n and n or 0
      position = position + 2
    elseif ARGV[position] == 'plain' then
      local n = tonumber(ARGV[position + 1])
      local first = position + 2
      local taken = refused > 0 and 0 or math.max(0, math.min(n, room))
      refused = refused - n
      for from = first, first + taken - 1, 1000 do
        redis.call('RPUSH', base .. ':waiting', unpack(ARGV, from, math.min(from + 999, first + taken - 1)))
      end
      room = room - taken
      added = added + taken
      ready = ready or taken > 0
      replies[#replies + 1] = taken
      position = first + n
    else
      local envelope, id, key, priority, delay, name, longest = unpack(ARGV, position + 1, position + 7)
      delay = tonumber(delay)
      local own = refused > 0 and 0 or room
      refused = refused - 1
      local reply = addOne(envelope, id, key, tonumber(priority), delay, name, tonumber(longest), own)
      if reply == 1 then
        room = room - 1
        added = added + 1
        ready = ready or (delay == 0 and name == '')
      end
      replies[#replies + 1] = reply
      position = position + 8
    end
  end
  count('added', added)
  if ready then wake() end
  return replies
end
