-- Forgets consumers other than `self` that were silent for so many ms and have nothing pending. Returns how many.
local function forgetSilent(group, self, longest)
  local place, forgotten = placeOf(group), 0
  for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
    local name = member(info, 'name')
    -- Redis 7.0 calls idle whoever was given nothing.
    local seen = string.match(redis.call('HGET', place, 'turn:' .. name) or '', ' (%d+)$')
    if
      name ~= self
      and member(info, 'pending') == 0
      and member(info, 'idle') > longest
      and now - tonumber(seen or 0) > longest
    then
      redis.call('XGROUP', 'DELCONSUMER', stream, group, name)
      closeGate(group, name)
      redis.call('HDEL', place, 'claims:' .. name, 'turn:' .. name)
      forgotten = forgotten + 1
    end
  end
  return forgotten
end
