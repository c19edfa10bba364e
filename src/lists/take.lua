-- Takes from the first list that has anything.
-- KEYS   the lists, by priority
-- ARGV   how many at most; then for each list the command that takes at its end: LPOP or RPOP
-- RETURN {which list, from 1; the values, the next one first}, or nil when all are empty
for index, key in ipairs(KEYS) do
  local values = redis.call(ARGV[1 + index], key, ARGV[1])
  if values and #values > 0 then
    return {index, values}
  end
end
return nil
