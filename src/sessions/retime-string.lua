-- Gives a live session another idle time, which starts now; its absolute end stays.
-- KEYS[1] session   KEYS[2] list of the user's sessions, if there are such
-- KEYS[3] the last look after the user, if expired ones are told
-- ARGV[1] idle time in ms   ARGV[2] how much longer the list lives, in ms
-- ARGV[3] when the user was put among the watched, or ''
-- Returns {'changed', now in ms}, {'missing'}, {'ended'} or {'overtaken'}.
local header = redis.call('GETRANGE', KEYS[1], 0, 53)
if header == '' then return { 'missing' } end
if string.sub(header, 1, 2) == 'S0' then return { 'ended' } end
if overtaken(KEYS[3], ARGV[3]) then return { 'overtaken' } end
local ends, absolute = now + tonumber(ARGV[1]), tonumber(string.sub(header, 29, 41))
if absolute and absolute > 0 and absolute < ends then ends = absolute end
redis.call('SETRANGE', KEYS[1], 2, string.format('%013.0f%013.0f', now, ARGV[1]))
redis.call('PEXPIRE', KEYS[1], text(ends - now))
if KEYS[2] then keep_index(KEYS[2], ends - now, ARGV[2]) end
return { 'changed', text(now) }
