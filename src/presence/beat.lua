-- Notes that users were active. After take-off.lua, which says what the keys are.
-- ARGV[2] for how many ms after a user left beats are ignored
-- ARGV[3..] user, ms since the beat, name of the status told or '', ms since that …
-- Returns {who came online, who of them had fallen silent, whose beat was ignored}.
local online, returned, ignored = {}, {}, {}
local grace = tonumber(ARGV[2])
local anyLeft = redis.call('EXISTS', KEYS[5]) == 1
local newest
for i = 3, #ARGV, 4 do
  local user, at, name = ARGV[i], now - tonumber(ARGV[i + 1]), ARGV[i + 2]
  local leftAt = anyLeft and redis.call('ZSCORE', KEYS[5], user)
  if at <= silentAt or (leftAt and at <= tonumber(leftAt) + grace) then
    ignored[#ignored + 1] = user
  else
    local active = tonumber(redis.call('ZSCORE', KEYS[1], user) or '')
    local since
    if active and active <= silentAt then
      takeOff(user)
      returned[#returned + 1] = user
      active = nil
    end
    if not active then
      -- Each comes at a time of its own, after all who are there: so a page can begin where another ended.
      if not newest then newest = tonumber(redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2] or '0') end
      newest = math.max(newest + 1, nowMicros - (now - at) * 1000)
      since = string.format(digits, newest)
      redis.call('ZADD', KEYS[2], since, user)
      online[#online + 1] = user
    end
    if not active or at > active then redis.call('ZADD', KEYS[1], string.format(digits, at), user) end
    if name ~= '' then
      local toldAt = now - tonumber(ARGV[i + 3])
      local told = redis.call('HGET', KEYS[3], user)
      if not told or toldAt >= tonumber(string.sub(told, 1, 13)) then
        redis.call('HSET', KEYS[3], user, string.format('%013.0f', toldAt) .. name)
        local known = told and string.sub(told, 14)
        if known ~= name then
          since = since or redis.call('ZSCORE', KEYS[2], user)
          if known then redis.call('ZREM', KEYS[4], known .. ':' .. since .. ':' .. user) end
          redis.call('ZADD', KEYS[4], 0, name .. ':' .. since .. ':' .. user)
        end
      end
    end
  end
end
-- When no server has lived for so long, nobody is online and nobody is there to say so.
local life = 2 * tonumber(ARGV[1]) + 60000
for i = 1, 5 do redis.call('PEXPIRE', KEYS[i], life) end
return { online, returned, ignored }
