-- A worker goes: what it still holds goes back to the front, as it was, for others to take at once.
-- ARGV[1] worker   ARGV[2] end to take from: LPOP, RPOP
-- Returns how many tasks went back; -1 when its lease had lapsed.
local worker, front = ARGV[1], ARGV[2] == 'LPOP' and 'LPUSH' or 'RPUSH'
if not redis.call('ZSCORE', base .. ':workers', worker) then return -1 end
local held = heldBy(worker)
-- First of all, because Redis allows it when its memory is full, and then allows what follows.
dismiss(worker)
for _, entry in ipairs(held) do putBack(entry[2], front) end
settle()
-- It may have taken the mark that was to wake a worker.
wake()
return #held
