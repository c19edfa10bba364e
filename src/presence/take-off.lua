-- In front of the scripts of presence. All of them have
-- KEYS[1] active: when each user was last active, in ms      KEYS[2] since: when each came, in µs, each at a time of its own
-- KEYS[3] status, by user: 13 digits of ms when it was told, then its name
-- KEYS[4] statuses, all of score 0: name:since:user          KEYS[5] left: when users left, in ms
-- ARGV[1] after how many ms of silence a user is offline
local clock = redis.call('TIME')
local nowMicros = clock[1] * 1000000 + clock[2]
local now = math.floor(nowMicros / 1000)
local silentAt = now - tonumber(ARGV[1])
local digits = '%.0f'

local function takeOff(user)
  local told = redis.call('HGET', KEYS[3], user)
  if told then
    local since = redis.call('ZSCORE', KEYS[2], user)
    redis.call('HDEL', KEYS[3], user)
    if since then redis.call('ZREM', KEYS[4], string.sub(told, 14) .. ':' .. since .. ':' .. user) end
  end
  redis.call('ZREM', KEYS[2], user)
  return redis.call('ZREM', KEYS[1], user)
end
