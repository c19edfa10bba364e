-- Stores a session whole.
-- KEYS[1] session   KEYS[2] its end
-- ARGV[1] life in ms   ARGV[2…] field, value, …
-- Returns 'stored', or 'ended' for one that was revoked.
if redis.call('GET', KEYS[2]) == 'revoked' then return 'ended' end
redis.call('DEL', KEYS[1], KEYS[2])
for at = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'stored'
