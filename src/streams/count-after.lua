-- Counts entries after an id, up to 1,000 at a time. ARGV[1] id. Returns { how many, id of the last one counted }.
local found = redis.call('XRANGE', stream, '(' .. ARGV[1], '+', 'COUNT', 1000)
return { #found, #found > 0 and found[#found][1] or ARGV[1] }
