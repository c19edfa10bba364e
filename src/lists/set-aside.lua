-- Sorts out what was taken together: keeps what could not be read, puts the others back.
-- KEYS   the list that they were taken from; the list of what cannot be read
-- ARGV   the command that puts back where they were taken: LPUSH or RPUSH; how many cannot be read; those; the others,
--        the one that was next last
-- RETURN "ok"
local unreadable = tonumber(ARGV[2])
local function push(command, key, first, last)
  -- Not all at once: Lua hands over a few thousand values at most.
  for from = first, last, 1000 do
    redis.call(command, key, unpack(ARGV, from, math.min(from + 999, last)))
  end
end
push('RPUSH', KEYS[2], 3, 2 + unreadable)
push(ARGV[1], KEYS[1], 3 + unreadable, #ARGV)
return 'ok'
