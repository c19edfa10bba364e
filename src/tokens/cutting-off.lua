-- Revokes all tokens of a user or device that were issued before a time. The cut-off and its expiry only move forward.
-- Returns 'moved', or 'kept' when this cut-off or a later one was in force already.
local function cut_off(key, before_ms, until_ms)
  local known = redis.call('GET', key)
  local known_until = redis.call('PEXPIRETIME', key)
  if known_until > tonumber(until_ms) then
    until_ms = string.format('%.0f', known_until)
  end
  if known and tonumber(known) >= tonumber(before_ms) then
    redis.call('PEXPIREAT', key, until_ms)
    return 'kept'
  end
  redis.call('SET', key, before_ms, 'PXAT', until_ms)
  return 'moved'
end
