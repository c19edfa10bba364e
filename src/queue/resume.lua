-- Ends a pause. Returns nothing.
redis.call('DEL', base .. ':paused')
wake()
