-- What becomes of tasks that a worker has taken. After the fences of plain ones that are done, the arguments are, again
-- and again, one of
--   done, fence, key, id, retain in ms, cancelled id, result's id, result's life in ms, result
--   retry, fence, key, delay in ms, envelope
--   bury, fence, key, id, retain in ms, shelf, task's id, why
--   release, fence
-- Each takes effect only when the task was still held, so that a turn can be repeated when its answer was lost.

-- Each returns how many arguments it has, and 1 when the task has left the queue.
local completions = {
  done = function(active, fence, at)
    local key, id, retain, cancelled, resultId, life, result = unpack(ARGV, at + 2, at + 8)
    if redis.call('HDEL', active, fence) == 0 then return 9, 0 end
    letGo(key)
    forget(id, tonumber(retain))
    if cancelled ~= '' then redis.call('ZREM', base .. ':cancelled', cancelled) end
    if resultId ~= '' then redis.call('SET', base .. ':result:' .. resultId, result, 'PX', life) end
    return 9, 1
  end,
  retry = function(active, fence, at)
    local key, delay, envelope = unpack(ARGV, at + 2, at + 4)
    if redis.call('HDEL', active, fence) == 0 then return 5, 0 end
    count('retried', 1)
    delay = tonumber(delay)
    if key == '' and delay > 0 then
      later(now + delay, envelope)
    elseif key == '' then
      local _, priority = routing(envelope)
      append(envelope, '', priority)
    else
      -- It stays the first of its key, which is held until it has come due: the order inside the key is kept.
      redis.call('LPUSH', listOf(key), envelope)
      if delay > 0 then
        redis.call('ZADD', base .. ':delayed', number(now + delay), '\1' .. key)
      else
        keyedTasks = keyedTasks + 1
        point(key)
      end
    end
    return 5, 0
  end,
  bury = function(active, fence, at)
    local key, id, retain, shelf, taskId, why = unpack(ARGV, at + 2, at + 7)
    -- What lay in the queue may not be text, so it is kept as it is here and not as it came back.
    local envelope = redis.call('HGET', active, fence)
    if not envelope then return 8, 0 end
    redis.call('HDEL', active, fence)
    shelve(shelf, taskId, fence, why .. '\n' .. envelope)
    letGo(key)
    forget(id, tonumber(retain))
    return 8, 1
  end,
}

-- Puts tasks back in front, the last one first, so that they lie there in the order in which they were taken.
local function giveBack(active, fences, front)
  table.sort(fences, function(a, b) return tonumber(a) > tonumber(b) end)
  for _, fence in ipairs(fences) do
    local envelope = redis.call('HGET', active, fence)
    if envelope then
      redis.call('HDEL', active, fence)
      putBack(envelope, front)
    end
  end
end

-- Returns how many tasks have left the queue.
local function complete(active, front, firstPlain, plainCount, position)
  local finished, released, afterPlain = 0, {}, firstPlain + plainCount
  for from = firstPlain, afterPlain - 1, 1000 do
    finished = finished + redis.call('HDEL', active, unpack(ARGV, from, math.min(from + 999, afterPlain - 1)))
  end
  while position <= #ARGV do
    local kind, fence = ARGV[position], ARGV[position + 1]
    if kind == 'release' then
      released[#released + 1] = fence
      position = position + 2
    else
      local length, left = completions[kind](active, fence, position)
      finished = finished + left
      position = position + length
    end
  end
  giveBack(active, released, front)
  return finished
end
