-- Keeps a user agent for so long at least, and reads it.
-- KEYS[1] user agent
-- ARGV[1] ms   ARGV[2] its text, '' when it is not known
-- Returns the text, or nothing.
local text = redis.call('GET', KEYS[1])
if not text then
  if ARGV[2] == '' then return false end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
  return ARGV[2]
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return text
