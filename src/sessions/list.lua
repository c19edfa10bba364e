-- Reads the sessions of one user, the newest first, 1,000 at most.
-- KEYS[1] list of the user's sessions   KEYS[2] what a session's key begins with: a client may put a prefix before keys
-- ARGV[1] '0' to remove entries whose session is gone
-- Returns now and {hash, end in ms, what `describe` gives, …}.
local found = {}
for _, member in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, 999)) do
  local key = KEYS[2] .. hash_of(member)
  if is_live(key) then
    found[#found + 1] = hash_of(member)
    found[#found + 1] = text(now + redis.call('PTTL', key))
    found[#found + 1] = describe(key)
  elseif ARGV[1] == '0' then
    redis.call('ZREM', KEYS[1], member)
  end
end
return { text(now), found }
