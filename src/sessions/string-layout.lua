-- A session as a string: stands in front of the scripts that do not care about the layout.

-- A key of another layout holds no session of this one.
local function is_live(key)
  local mark = redis.pcall('GETRANGE', key, 0, 1)
  return type(mark) == 'string' and mark ~= '' and mark ~= 'S0'
end

-- Stores a new session. ARGV[first] encoded body.
local function put(key, created, idle, ends, life, first)
  local header = string.format('S1%013.0f%013.0f%013.0f%013.0f', now, idle, ends, created)
  redis.call('SET', key, header .. ARGV[first], 'PX', text(life))
end

-- Leaves nothing of a session but the reason of its end.
local function bury(key, reason, life)
  -- A server without memory still ends sessions: then nobody can be told why.
  local buried = redis.pcall('SET', key, 'S0' .. reason, 'PX', text(life))
  if buried.err then redis.call('DEL', key) end
end

-- A live session as it is stored.
local function describe(key)
  return redis.call('GET', key)
end

-- What holds the application's data of a live session.
local function data_of(key)
  return redis.call('GET', key)
end
