-- Revokes all tokens of a user or device that were issued before a time.
-- KEYS[1]  the cut-off of the user or of the device
-- ARGV[1]  cut-off, Unix milliseconds
-- ARGV[2]  when the last token it can concern has expired, Unix milliseconds
-- returns  'moved', or 'kept' when this cut-off or a later one was in force already
return cut_off(KEYS[1], ARGV[1], ARGV[2])
