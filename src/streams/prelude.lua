-- What the scripts of a stream share. KEYS[1] is the stream itself and the prefix of all its other keys; they lie in one
-- slot, because the prefix holds the hash tag. KEYS[2] is another name in this slot, for scripts that use more than
-- the stream: see `slotKeys`. docs/redis-keys.md lists the keys.
--
-- An entry has the field `event`, then perhaps `trace`, then perhaps `redriven`: a group, a space, and the id that the
-- event had at first. Whatever else somebody wrote into the stream is passed on and buried as it is.
local stream = KEYS[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- '%d' is twice as fast, where an integer of the server's Lua is large enough.
local whole = string.format('%d', 2 ^ 53) == '9007199254740992' and '%d' or '%.0f'
local function number(value) return string.format(whole, value) end

-- Many arguments at once are too many for Lua's stack: calls `command … arguments[from … to] …` in parts.
local function inParts(items, call)
  for from = 1, #items, 1000 do
    call(unpack(items, from, math.min(from + 999, #items)))
  end
end

-- What a group knows of its consumers, beside what Redis itself keeps: for each `claims:<consumer>`, a number that rises
-- whenever an entry is taken from it, and `turn:<consumer>`, the number of its last turn and when that was, in ms; and
-- `released`, set while there are entries that were given back for others to take. Those belong to a consumer of that
-- name, which no real one has: theirs have a dot.
local function placeOf(group) return stream .. ':group:' .. group end

-- A gate is an empty stream with a group of the same name. An XREADGROUP that also names it is refused, and takes nothing,
-- when it is gone. `gate:<consumer>` holds the number of the one that is open.
local function gateOf(group, consumer, number) return stream .. ':gate:' .. group .. ':' .. consumer .. ':' .. number end
local function closeGate(group, consumer)
  local number = redis.call('HGET', placeOf(group), 'gate:' .. consumer)
  if not number then return end
  redis.call('DEL', gateOf(group, consumer, number))
  redis.call('HDEL', placeOf(group), 'gate:' .. consumer)
end
local function deadOf(group) return stream .. ':dead:' .. group end

local function isNewer(a, b)
  local aMs, aSeq = string.match(a, '^(%d+)-(%d+)$')
  local bMs, bSeq = string.match(b, '^(%d+)-(%d+)$')
  if #aMs ~= #bMs then return #aMs > #bMs end
  if aMs ~= bMs then return aMs > bMs end
  if #aSeq ~= #bSeq then return #aSeq > #bSeq end
  return aSeq > bSeq
end

-- The value of a name in a reply of names and values.
local function member(reply, name)
  for i = 1, #reply, 2 do
    if reply[i] == name then return reply[i + 1] end
  end
end

-- Calls `each` with all that is pending, for one consumer or all, page by page. @param from '-' or '(' and an id
local function eachPending(group, from, consumer, each)
  repeat
    local page = consumer and redis.call('XPENDING', stream, group, from, '+', 1000, consumer)
      or redis.call('XPENDING', stream, group, from, '+', 1000)
    for _, row in ipairs(page) do each(row) end
    if #page > 0 then from = '(' .. page[#page][1] end
  until #page < 1000
end
