-- Ends a family of token pairs; the first reason stays.
-- KEYS[1] family   KEYS[2] index of the user's families   KEYS[3] steps of the family
-- ARGV[1] id of the family   ARGV[2] reason   ARGV[3] user, or '' for anybody's
-- Returns 'missing', or 'ended' or 'ended-before' with user and device.
local record = redis.call('HMGET', KEYS[1], 'user', 'device', 'ended')
if not record[1] or (ARGV[3] ~= '' and ARGV[3] ~= record[1]) then return { 'missing' } end
if record[3] then return { 'ended-before', record[1], record[2] } end
end_family(KEYS[1], KEYS[2], ARGV[1], ARGV[2], record)
return { 'ended', record[1], record[2] }
