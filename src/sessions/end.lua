-- Ends a session: its key keeps nothing but the reason, for a while.
-- KEYS[1] session   KEYS[2] list of the user's sessions, if there are such
-- ARGV[1] reason   ARGV[2] life of the tombstone in ms
-- Returns {'ended', what `data_of` gives}, or {'missing'} when there was none to end.
if not is_live(KEYS[1]) then return { 'missing' } end
local held = data_of(KEYS[1])
bury(KEYS[1], ARGV[1], ARGV[2])
if KEYS[2] then
  local member = listed(KEYS[2], string.sub(KEYS[1], -22))
  if member then redis.call('ZREM', KEYS[2], member) end
end
return { 'ended', held }
