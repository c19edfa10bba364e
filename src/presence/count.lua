-- Counts who is online. After take-off.lua.
return redis.call('ZCOUNT', KEYS[1], '(' .. string.format(digits, silentAt), '+inf')
