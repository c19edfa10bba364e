-- Ends a session, and keeps requests that are under way from storing it again.
-- KEYS[1] session   KEYS[2] its end
-- ARGV[1] 'destroyed' or 'revoked'   ARGV[2] how long that is remembered, in ms   ARGV[3] the user it must be of, or ''
-- Returns {'ended' or 'missing' or 'spared', user or ''}.
local user = redis.call('HGET', KEYS[1], 'user') or ''
local live = redis.call('EXISTS', KEYS[1]) == 1
if live and ARGV[3] ~= '' and user ~= ARGV[3] then return { 'spared', user } end
redis.call('DEL', KEYS[1])
if redis.call('GET', KEYS[2]) ~= 'revoked' then redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2]) end
return { live and 'ended' or 'missing', user }
