-- Takes a user off who is online, and notes when. One who has fallen silent is left to the sweep. After take-off.lua.
-- ARGV[2] user
-- Returns 1, or 0 for a user who was not online.
local active = redis.call('ZSCORE', KEYS[1], ARGV[2])
local taken = 0
if active and tonumber(active) > silentAt then taken = takeOff(ARGV[2]) end
redis.call('ZADD', KEYS[5], string.format(digits, now), ARGV[2])
redis.call('PEXPIRE', KEYS[5], 2 * tonumber(ARGV[1]) + 60000)
return taken
