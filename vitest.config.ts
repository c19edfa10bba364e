import { defineConfig } from 'vitest/config';

/** What these assert depends on the clock, so nothing else may run beside them. */
const timed = [
  'test/proxy.test.ts',
  'test/http/{adapters,compat-apps,compat-stores,server-sent-events}.test.ts',
  'test/lists/*.test.ts',
  'test/queue/*.test.ts',
  'test/redis/{dedicated,dedicated-topologies,port,topologies,tracker}.test.ts',
  'test/sessions/{session-store,user-sessions,coherent*}.test.ts',
  'test/streams/*.test.ts',
  'test/channels/*.test.ts',
  'test/tokens/{revocation-on-redis,revocation-store,pair-store,pairs-races,pairs-through-failures,pushed-through-failures}.test.ts',
  'lab/test/cluster/balancer.test.ts',
  'lab/test/experiments/{isolation,measuring}-runs.test.ts',
  'lab/test/measure/*.test.ts',
  'prove/test/catch-up.test.ts',
  'lab/test/target/{examples,exchange,fixture}.test.ts',
];

/** Processes of their own that break and wait: they allow for a busy machine, but not for the crowd of all other tests. */
const faults = [
  'lab/test/experiments/redis-and-jwt-runs.test.ts',
  'prove/test/{channels,outage,queue,sessions,streams,tokens}.test.ts',
];

export default defineConfig({
  resolve: { conditions: ['sallyport-source'] },
  ssr: { resolve: { conditions: ['sallyport-source', 'module', 'node'] } },
  test: {
    globalSetup: ['test/global-setup.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts', 'lab/test/**/*.test.ts', 'bench/test/**/*.test.ts', 'prove/test/**/*.test.ts'],
          exclude: [...timed, ...faults],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'two at a time', include: faults, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'one at a time', include: timed, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
