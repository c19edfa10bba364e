/** Runs the victim inside a vitest of its own, with the pool that our tests use. */
import { startVitest } from 'vitest/node';

await startVitest(
  'test',
  [],
  {
    config: false,
    root: import.meta.dirname,
    include: ['reaper-victim.ts'],
    pool: 'threads',
    isolate: false,
    watch: false,
    disableConsoleIntercept: true,
  },
  { resolve: { conditions: ['sallyport-source'] }, ssr: { resolve: { conditions: ['sallyport-source', 'node'] } } },
);
