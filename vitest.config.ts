import { defineConfig } from 'vitest/config';

/** What these assert depends on the clock, so nothing else may run beside them. */
const timed = [
  'test/proxy.test.ts',
  'test/http/{compat-apps,server-sent-events}.test.ts',
  'test/lists/*.test.ts',
  'test/queue/{adding-through-failures,queue-store,redis-queue-store*}.test.ts',
  'test/redis/{dedicated,port,tracker}.test.ts',
  'test/sessions/coherent{,-cluster,-failures,-model,-renewal}.test.ts',
  'test/streams/{consumer,once,redis-plain-reads,redis-stream-keys,redis-turns-ahead,sallyport-stream,stream}.test.ts',
  'test/channels/*.test.ts',
  'test/tokens/{revocation-store,pair-store,pairs-races,pairs-through-failures,pushed-through-failures}.test.ts',
  'lab/test/experiments/{isolation,throughput}-runs.test.ts',
  'lab/test/measure/*.test.ts',
  'prove/test/catch-up.test.ts',
  'lab/test/target/exchange.test.ts',
];

/** Contracts on real clocks: nothing else may run beside these either, but of their own tests, which mostly wait, ten do. */
const contracts = [
  'test/sessions/{coherent-contract,session-store,user-sessions}.test.ts',
  'test/streams/stream-store.test.ts',
];

/** They break servers and links and wait more than they compute; all of them pass beside four busy loops. */
const waiting = [
  'test/http/{adapter-requests,adapters,adapters-through-failures,compat-stores}.test.ts',
  'test/queue/queue.test.ts',
  'test/redis/{dedicated-topologies,topologies}.test.ts',
  'test/streams/{redis-stream-store,redis-turns-faults}.test.ts',
  'test/tokens/revocation-on-redis.test.ts',
  'lab/test/cluster/balancer.test.ts',
  'lab/test/target/{examples,fixture}.test.ts',
];

/** Processes of their own that break and wait: they allow for a busy machine, but not for the crowd of all other tests. */
const faults = [
  'lab/test/experiments/{redis,jwt,latency,cost}-runs.test.ts',
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
          exclude: [...timed, ...contracts, ...waiting, ...faults],
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
        test: { name: 'three at a time', include: waiting, maxWorkers: 3, sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: {
          name: 'contracts',
          include: contracts,
          maxWorkers: 1,
          maxConcurrency: 10,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: { name: 'one at a time', include: timed, maxWorkers: 1, sequence: { groupOrder: 4 } },
      },
    ],
  },
});
