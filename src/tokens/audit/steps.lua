-- Looks at the steps of a family of token pairs, and mends them when asked to.
-- KEYS[1] steps   KEYS[2] family
-- ARGV[1] 'look' or 'mend'   ARGV[2] longest grace window, ms
-- Returns 'missing', or 'kept' or 'orphaned' with ms to live (-1: for ever). Orphaned: their family does not live.
redis.call('HLEN', KEYS[1])
local ttl = redis.call('PTTL', KEYS[1])
if ttl == -2 then return { 'missing' } end
local record = redis.call('HMGET', KEYS[2], 'user', 'ended')
local mend = ARGV[1] == 'mend'
if not record[1] or record[2] then
  if mend then redis.call('DEL', KEYS[1]) end
  return { 'orphaned', ttl }
end
if ttl == -1 and mend then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return { 'kept', ttl }
