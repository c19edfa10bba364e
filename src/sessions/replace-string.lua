-- Replaces the body of a live session if it is still the one that was read; header and time to live stay.
-- KEYS[1] session
-- ARGV[1] body as it was read   ARGV[2] new body
-- Returns {'changed'}, {'overtaken'}, {'missing'} or {'ended', reason}.
local stored = redis.call('GET', KEYS[1])
if not stored then return { 'missing' } end
if string.sub(stored, 1, 2) == 'S0' then return { 'ended', string.sub(stored, 3) } end
if string.sub(stored, 55) ~= ARGV[1] then return { 'overtaken' } end
redis.call('SET', KEYS[1], string.sub(stored, 1, 54) .. ARGV[2], 'KEEPTTL')
return { 'changed' }
