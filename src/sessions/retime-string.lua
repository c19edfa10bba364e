-- Gives a live session another idle time, which starts now; its absolute end stays.
-- KEYS[1] session   KEYS[2] list of the user's sessions, if there are such
-- ARGV[1] idle time in ms   ARGV[2] how much longer the list lives, in ms
-- Returns {'changed', now in ms}, {'missing'} or {'ended'}.
local header = redis.call('GETRANGE', KEYS[1], 0, 53)
if header == '' then return { 'missing' } end
if string.sub(header, 1, 2) == 'S0' then return { 'ended' } end
local ends, absolute = now + tonumber(ARGV[1]), tonumber(string.sub(header, 29, 41))
if absolute and absolute > 0 and absolute < ends then ends = absolute end
redis.call('SETRANGE', KEYS[1], 2, string.format('%013.0f%013.0f', now, ARGV[1]))
redis.call('PEXPIRE', KEYS[1], text(ends - now))
if KEYS[2] then keep_index(KEYS[2], ends - now, ARGV[2]) end
return { 'changed', text(now) }
