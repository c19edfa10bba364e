-- Appends events that have nothing but themselves, as most do. ARGV: the events. Returns their ids.
local ids = {}
for i = 1, #ARGV do ids[i] = redis.call('XADD', KEYS[1], '*', 'event', ARGV[i]) end
return ids
