-- Ends sessions of one user.
-- KEYS[1] list of the user's sessions
-- ARGV[1] what a session's key begins with   ARGV[2] reason   ARGV[3] least life of a tombstone in ms
-- ARGV[4] 'all', 'only' or 'except'   ARGV[5…] beginnings of those that are meant, or of the one that is spared
-- Returns {'ended', {member, its beginning, …}}, or {'missing'} when the one to be spared is over.
local index = KEYS[1]
local longest_tombstone = 86400000
local named = {}
for i = 5, #ARGV do named[ARGV[i]] = true end
local entries = redis.call('ZRANGE', index, 0, -1, 'WITHSCORES')
local going, spared = {}, false
for i = 1, #entries, 2 do
  local member, key = entries[i], ARGV[1] .. hash_of(entries[i])
  -- Redis writes a score of this size without exponent, as it was given.
  local is_named = named[text(tonumber(entries[i + 1]))] == true
  if is_live(key) then
    if ARGV[4] == 'all' or is_named == (ARGV[4] == 'only') then
      going[#going + 1] = member
      going[#going + 1] = entries[i + 1]
    elseif ARGV[4] == 'except' then
      spared = true
    end
  end
end
if ARGV[4] == 'except' and not spared then return { 'missing' } end
for i = 1, #going, 2 do
  local key = ARGV[1] .. hash_of(going[i])
  local rest = math.min(redis.call('PTTL', key), longest_tombstone)
  bury(key, ARGV[2], math.max(rest, tonumber(ARGV[3])))
  redis.call('ZREM', index, going[i])
end
return { 'ended', going }
