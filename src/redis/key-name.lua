-- Tells a key as the server sees it: a client of the application may put a prefix in front.
-- KEYS[1] any key
-- Returns its name.
return KEYS[1]
