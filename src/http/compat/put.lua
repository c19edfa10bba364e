-- Stores a session whole.
-- KEYS[1] session   KEYS[2] its end
-- ARGV[1] life in ms   ARGV[2] 'known' when the writer has read it before, or 'new'   ARGV[3…] field, value, …
-- Returns 'stored', or 'ended'.
local ended = redis.call('GET', KEYS[2])
if ended == 'revoked' or (ended and ARGV[2] == 'known') then return 'ended' end
redis.call('DEL', KEYS[1], KEYS[2])
for at = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'stored'
