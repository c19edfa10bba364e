-- Removes a list without holding the server up.
-- KEYS   the list
-- RETURN how many values it had
local length = redis.call('LLEN', KEYS[1])
redis.call('UNLINK', KEYS[1])
return length
