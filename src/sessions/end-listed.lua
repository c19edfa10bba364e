-- Ends sessions of one user.
-- KEYS[1] list of the user's sessions   KEYS[2] what a session's key begins with: a client may put a prefix before keys
-- ARGV[1] reason   ARGV[2] least life of a tombstone in ms
-- ARGV[3] 'all', 'only' or 'except'   ARGV[4…] beginnings of those that are meant, or of the one that is spared
-- Returns {'ended', {member, its beginning, …}}, or {'missing'} when the one to be spared is over.
local index = KEYS[1]
local longest_tombstone = 86400000
local named = {}
for i = 4, #ARGV do named[ARGV[i]] = true end
local entries = redis.call('ZRANGE', index, 0, -1, 'WITHSCORES')
local going, spared = {}, false
for i = 1, #entries, 2 do
  local member, key = entries[i], KEYS[2] .. hash_of(entries[i])
  -- Redis writes a score of this size without exponent, as it was given.
  local is_named = named[text(tonumber(entries[i + 1]))] == true
  if is_live(key) then
    if ARGV[3] == 'all' or is_named == (ARGV[3] == 'only') then
      going[#going + 1] = member
      going[#going + 1] = entries[i + 1]
    elseif ARGV[3] == 'except' then
      spared = true
    end
  end
end
if ARGV[3] == 'except' and not spared then return { 'missing' } end
for i = 1, #going, 2 do
  local key = KEYS[2] .. hash_of(going[i])
  local rest = math.min(redis.call('PTTL', key), longest_tombstone)
  bury(key, ARGV[1], math.max(rest, tonumber(ARGV[2])))
  redis.call('ZREM', index, going[i])
end
return { 'ended', going }
