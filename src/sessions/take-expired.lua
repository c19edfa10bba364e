-- Takes the sessions of one user off the list whose time ran out: only who takes one off tells of it.
-- KEYS[1] list of the user's sessions
-- ARGV[1] what a session's key begins with   ARGV[2] how much longer the list lives than its sessions, in ms
-- Returns ms until the next one may end ('' = none is left) and {member, its beginning, …}.
local gone, soonest, latest = {}, nil, 0
local entries = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #entries, 2 do
  local key = ARGV[1] .. hash_of(entries[i])
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
    redis.call('ZREM', KEYS[1], entries[i])
  end
end
if not soonest then return { '', gone } end
keep_index(KEYS[1], latest, ARGV[2])
return { text(soonest), gone }
