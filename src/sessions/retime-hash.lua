-- Gives a live session another idle time, which starts now; its absolute end stays.
-- KEYS[1] session   KEYS[2] list of the user's sessions, if there are such
-- KEYS[3] the last look after the user, if expired ones are told
-- ARGV[1] idle time in ms   ARGV[2] how much longer the list lives, in ms
-- ARGV[3] when the user was put among the watched, or ''
-- Returns {'changed', now in ms}, {'missing'}, {'ended'} or {'overtaken'}.
local state = redis.call('HMGET', KEYS[1], 'at', 'ended', 'end')
if state[2] then return { 'ended' } end
if not state[1] then return { 'missing' } end
if overtaken(KEYS[3], ARGV[3]) then return { 'overtaken' } end
local ends, absolute = now + tonumber(ARGV[1]), tonumber(state[3])
if absolute and absolute > 0 and absolute < ends then ends = absolute end
redis.call('HSET', KEYS[1], 'idle', ARGV[1], 'seen', text(now))
redis.call('PEXPIRE', KEYS[1], text(ends - now))
if KEYS[2] then keep_index(KEYS[2], ends - now, ARGV[2]) end
return { 'changed', text(now) }
