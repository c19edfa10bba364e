-- A worker whose lease has lapsed gets no further: its tasks go back to the front, in their order. A task that has
-- taken too many workers down with it is given up.

-- Returns 1 when the task was given up.
local function recoverTask(fence, envelope, front, mostLosses)
  local losses, rest = string.match(envelope, '^(%d+)( .*)$')
  if rest then
    losses = tonumber(losses) + 1
    envelope = number(losses) .. rest
    if losses <= mostLosses then
      putBack(envelope, front)
      return 0
    end
  end
  local why = rest and { reason = 'worker-lost', at = now, losses = losses }
    or { reason = 'undecodable', at = now, losses = 1 }
  local name = number(fence)
  shelve('dead', idOf(envelope) or ('fence-' .. name), name, cjson.encode(why) .. '\n' .. envelope)
  local key, _, id = routing(envelope)
  letGo(key)
  forget(id, 0)
  return 1
end

-- Returns how many tasks lapsed workers had, and how many of them were given up.
local function recover(workers, front, mostLosses)
  local tasks, givenUp = {}, 0
  for _, lapsed in ipairs(redis.call('ZRANGEBYSCORE', workers, '-inf', '(' .. number(now), 'LIMIT', 0, 100)) do
    if #tasks >= 1000 then break end
    for _, entry in ipairs(heldBy(lapsed)) do tasks[#tasks + 1] = entry end
    dismiss(lapsed)
  end
  table.sort(tasks, lastTakenFirst)
  for _, entry in ipairs(tasks) do givenUp = givenUp + recoverTask(entry[1], entry[2], front, mostLosses) end
  return #tasks, givenUp
end
