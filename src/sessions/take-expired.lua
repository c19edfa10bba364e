-- Takes the sessions of one user off the list whose time ran out: only who takes one off tells of it.
-- KEYS[1] list of the user's sessions   KEYS[2] the last look after the user: see `overtaken`
-- KEYS[3] what a session's key begins with: a client may put a prefix before keys
-- ARGV[1] how much longer the list lives than its sessions, in ms
-- ARGV[2] when the user was claimed: who asks again under the same claim gets the same once more
-- Returns ms until the next one may end ('' = none is left) and {member, its beginning, …}.
local gone, leaving, soonest, latest = {}, {}, nil, 0
local claimed, answer = tonumber(ARGV[2]), {}
for word in string.gmatch(redis.call('GET', KEYS[2]) or '', '%S+') do answer[#answer + 1] = word end
if answer[2] == ARGV[2] then
  for i = 3, #answer do gone[#gone + 1] = answer[i] end
end
local entries = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #entries, 2 do
  local key = KEYS[3] .. hash_of(entries[i])
  if is_live(key) then
    local rest = redis.call('PTTL', key)
    if not soonest or rest < soonest then soonest = rest end
    if rest > latest then latest = rest end
  else
    -- What was ended is not on the list any more; a key of something else is no session that ran out.
    if redis.call('EXISTS', key) == 0 then
      gone[#gone + 1] = entries[i]
      gone[#gone + 1] = entries[i + 1]
    end
    leaving[#leaving + 1] = entries[i]
  end
end
-- First what a server without memory refuses. A claim from before may come late: the last look is the latest claim.
local last = math.max(claimed, tonumber(answer[1]) or 0)
local look = text(last) .. ' ' .. ARGV[2]
if #gone > 0 then look = look .. ' ' .. table.concat(gone, ' ') end
redis.call('SET', KEYS[2], look, 'PX', look_kept)
for _, member in ipairs(leaving) do redis.call('ZREM', KEYS[1], member) end
if not soonest then return { '', gone } end
keep_index(KEYS[1], latest, ARGV[1])
return { text(soonest), gone }
