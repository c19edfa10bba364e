-- For tests: gives its key and its argument back.
return { KEYS[1], ARGV[1] }
