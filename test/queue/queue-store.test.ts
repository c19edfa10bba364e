import { type RedisCluster, startRedisCluster } from '@sallyport/lab/cluster';
import { createCluster } from 'redis';
import { connectRedis, fromNodeRedis } from 'sallyport/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryQueueStore } from '../../src/queue/memory.ts';
import { describeQueueStore, fullSize } from '../contracts/queue-store.ts';
import { done, idOf, TestWorker, tasks } from '../contracts/queue-store-subject.ts';
import { manualClock } from '../manual-clock.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { redisSubject } from './redis-store-subject.ts';

describeQueueStore(
  'memory',
  async () => {
    const clock = manualClock(Date.now());
    return {
      open: async () => memoryQueueStore({ name: 'tasks', clock }),
      advance: async (ms) => clock.advance(ms),
      close: async () => {},
    };
  },
  { size: { ...fullSize, walks: [1, 2, 3, 4].map((seed) => ({ seed, steps: 2_000 })) } },
);

it('memory: a million waiting tasks are no slower than a thousand', async () => {
  const store = memoryQueueStore({ name: 'tasks' });
  const worker = new TestWorker(store);
  const [one] = tasks(['t']);
  const many = Array.from({ length: 10_000 }, () => one!);
  for (let n = 0; n < 100; n++) await store.add(many, 0);
  for (const order of ['fifo', 'lifo'] as const) {
    const startedAt = performance.now();
    let held = (await worker.turn({ want: 100, order })).tasks;
    for (let n = 0; n < 1_000; n++) held = (await worker.turn({ want: 100, order, completions: held.map(done) })).tasks;
    expect(idOf(held[0]!)).toBe('t');
    // With a copy of the list for each turn it takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  }
  expect(await store.clear()).toBeGreaterThan(700_000);
});

const server = useRedisServer();

for (const { client, open } of redisClients) {
  describeQueueStore(client, () => redisSubject(() => open(server.url, 5_000)), { realTime: true });
}

describe('on a Redis Cluster of three masters', () => {
  const size = { tasks: 1_000, races: 50, walks: [{ seed: 3, steps: 60 }] };
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 3 });
  }, 60_000);
  afterAll(() => cluster?.stop());

  describeQueueStore(
    'ioredis on a cluster',
    () =>
      redisSubject(async () => {
        const redis = connectRedis(cluster.url, { deadlineMs: 5_000 });
        return { redis, close: () => redis.close() };
      }),
    { realTime: true, size },
  );

  describeQueueStore(
    'node-redis on a cluster',
    () =>
      redisSubject(async () => {
        const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) });
        client.on('error', () => {});
        await client.connect();
        const redis = fromNodeRedis(client, { deadlineMs: 5_000 });
        return { redis, close: async () => client.destroy() };
      }),
    { realTime: true, size, isReduced: true },
  );
});
