-- The list of a user's sessions, a sorted set: `<hash>:<device type>:<device>` by `createdAt`. Stands in front of scripts.

-- The list lives as long as the last of its sessions, and `slack` longer.
local function keep_index(index, ms, slack)
  local needed = ms + tonumber(slack)
  if redis.call('PTTL', index) < needed then redis.call('PEXPIRE', index, text(needed)) end
end

-- How long it is known when a user was looked after last, in ms.
local look_kept = 120000

-- Whether the user was claimed since he was put among the watched: that look may have been the last one, so nothing that
-- has to be noticed may be stored on its strength. Also when that is too long ago to know, by clocks that differ.
-- `key` begins with when the last look was claimed; `since` = '' when it does not matter.
local function overtaken(key, since)
  if not key or since == '' then return false end
  if now - tonumber(since) > look_kept / 2 then return true end
  local last = string.match(redis.call('GET', key) or '', '^%d+')
  return last ~= nil and tonumber(last) >= tonumber(since)
end

local function hash_of(member)
  return string.sub(member, 1, 22)
end

local function type_of(member)
  return string.match(member, '^([^:]*)', 24)
end

local function device_of(member)
  return string.match(member, '^[^:]*:(.*)', 24)
end

-- What is listed for a hash: member and `createdAt`, or nothing.
local function listed(index, hash)
  local cursor = '0'
  repeat
    local found = redis.call('ZSCAN', index, cursor, 'MATCH', hash .. ':*', 'COUNT', '100000')
    if found[2][1] then return found[2][1], found[2][2] end
    cursor = found[1]
  until cursor == '0'
end

-- Lists a session under its new key, in its old place. The new one first: a list that is empty in between loses its end.
local function relist(index, from, to)
  local member, beginning = listed(index, string.sub(from, -22))
  if not member then return end
  redis.call('ZADD', index, beginning, string.sub(to, -22) .. string.sub(member, 23))
  redis.call('ZREM', index, member)
end
