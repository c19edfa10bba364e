-- A session as a hash: stands in front of the scripts that do not care about the layout.

-- A key of another layout holds no session of this one.
local function is_live(key)
  return redis.pcall('HEXISTS', key, 'at') == 1
end

-- Stores a new session. ARGV[first] bytes of data, then field, value, field, value …
local function put(key, created, idle, ends, life, first)
  redis.call('HSET', key,
    'at', text(created), 'seen', text(now), 'idle', idle, 'end', text(ends))
  if ARGV[first] ~= '0' then redis.call('HSET', key, 'size', ARGV[first]) end
  for i = first + 1, #ARGV, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
  redis.call('PEXPIRE', key, life)
end

-- Leaves nothing of a session but the reason of its end.
local function bury(key, reason, life)
  local fields = redis.call('HKEYS', key)
  -- Not deleted and made anew: while its slot moves, a node of a cluster refuses to make a key that it does not have.
  local buried = redis.pcall('HSET', key, 'ended', reason)
  -- A server without memory still ends sessions: then nobody can be told why.
  if type(buried) == 'table' then
    redis.call('DEL', key)
    return
  end
  for first = 1, #fields, 1000 do
    redis.call('HDEL', key, unpack(fields, first, math.min(first + 999, #fields)))
  end
  redis.call('PEXPIRE', key, life)
end

-- Fields and values of a live session: those of the application's data, or all the others.
local function fields_of(key, are_data)
  local fields, chosen = redis.call('HGETALL', key), {}
  for i = 1, #fields, 2 do
    if (string.sub(fields[i], 1, 5) == 'data.') == are_data then
      chosen[#chosen + 1] = fields[i]
      chosen[#chosen + 1] = fields[i + 1]
    end
  end
  return chosen
end

-- All of a live session but the application's data.
local function describe(key)
  return fields_of(key, false)
end

-- The application's data of a live session.
local function data_of(key)
  return fields_of(key, true)
end
