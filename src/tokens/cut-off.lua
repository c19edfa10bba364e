-- Revokes all tokens of a user or device that were issued before a time. The cut-off and its expiry only move forward.
-- KEYS[1]  the cut-off of the user or of the device
-- ARGV[1]  cut-off, Unix milliseconds
-- ARGV[2]  when the last token it can concern has expired, Unix milliseconds
-- returns  'moved', or 'kept' when this cut-off or a later one was in force already
local known = redis.call('GET', KEYS[1])
local known_until = redis.call('PEXPIRETIME', KEYS[1])
local until_ms = ARGV[2]
if known_until > tonumber(until_ms) then
  until_ms = string.format('%.0f', known_until)
end
if known and tonumber(known) >= tonumber(ARGV[1]) then
  redis.call('PEXPIREAT', KEYS[1], until_ms)
  return 'kept'
end
redis.call('SET', KEYS[1], ARGV[1], 'PXAT', until_ms)
return 'moved'
