-- Spends a refresh token: rotates the newest one, repeats the answer for one spent a moment ago, and ends the family
-- for one spent longer ago.
-- KEYS[1] family   KEYS[2] its steps   KEYS[3] index of the user's families
-- ARGV[1] id of the family   ARGV[2] generation of the token   ARGV[3] its hash   ARGV[4] device, or '' for none
-- ARGV[5] hash of the successor   ARGV[6] step to it   ARGV[7] life of a refresh token, ms   ARGV[8] grace window, ms
-- ARGV[9] most steps within the window   ARGV[10] 'end' or 'keep' the family when the device is wrong
-- Returns 'missing'; 'ended' with user, device, reason and ms since then; 'unknown', 'replayed' or 'wrong-device' with
-- user and device; or 'rotated' or 'repeated' with user, device, claims, generation of the newest token, when it
-- expires (ms) and the steps to it.
local record = redis.call('HMGET', KEYS[1], 'user', 'device', 'claims', 'hash', 'generation', 'endsAt', 'ended', 'endedAt')
local user, device, claims, hash, generation = unpack(record, 1, 5)
if not user then return { 'missing' } end
if record[7] then return { 'ended', user, device, record[7], now - tonumber(record[8]) } end

local asked, newest, grace = tonumber(ARGV[2]), tonumber(generation), tonumber(ARGV[8])
-- A step is 13 digits of when it was made, the hash of the token it was made from (43 characters) and the step.
local function step_from(number)
  local step = redis.call('HGET', KEYS[2], whole(number))
  if step and now - tonumber(string.sub(step, 1, 13)) < grace then return step end
end

local spent
if asked < newest then
  spent = step_from(asked)
  if not spent then
    end_family(KEYS[1], KEYS[3], ARGV[1], 'reused', record)
    return { 'replayed', user, device }
  end
  hash = string.sub(spent, 14, 56)
end
if asked > newest or ARGV[3] ~= hash then return { 'unknown', user, device } end
if device and ARGV[4] ~= device then
  if ARGV[10] == 'end' then end_family(KEYS[1], KEYS[3], ARGV[1], 'wrong-device', record) end
  return { 'wrong-device', user, device }
end

if not spent then
  local kept = 0
  for number = newest - 1, math.max(0, newest - tonumber(ARGV[9])), -1 do
    if not step_from(number) then break end
    kept = kept + 1
  end
  if kept < tonumber(ARGV[9]) then
    local expires_at = math.min(now + tonumber(ARGV[7]), tonumber(record[6]))
    redis.call('HSET', KEYS[1], 'hash', ARGV[5], 'generation', whole(newest + 1), 'lastUsedAt', whole(now))
    live_until(KEYS[1], KEYS[3], ARGV[1], expires_at)
    if kept == 0 then redis.call('DEL', KEYS[2]) end
    if grace > 0 then
      redis.call('HSET', KEYS[2], whole(newest), string.format('%013.0f', now) .. hash .. ARGV[6])
      local stale = newest - kept - 1
      while stale >= 0 and redis.call('HDEL', KEYS[2], whole(stale)) == 1 do stale = stale - 1 end
      redis.call('PEXPIRE', KEYS[2], ARGV[8])
    end
    return { 'rotated', user, device, claims, whole(newest + 1), expires_at, ARGV[6] }
  end
end

local answer = { 'repeated', user, device, claims, generation, redis.call('PEXPIRETIME', KEYS[1]) }
for number = asked, newest - 1 do
  table.insert(answer, string.sub(redis.call('HGET', KEYS[2], whole(number)), 57))
end
return answer
