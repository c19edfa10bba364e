import { describe, expect, it } from 'vitest';
import { memoryQueueStore } from '../../src/queue/memory.ts';
import { describeQueueStore, fullSize } from '../contracts/queue-store.ts';
import { done, idOf, TestWorker, tasks } from '../contracts/queue-store-subject.ts';
import { manualClock } from '../manual-clock.ts';
import { redisClients } from '../redis-clients.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
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
  const cluster = useRedisCluster();
  for (const { client, open } of clusterClients) {
    describeQueueStore(`${client} on a cluster`, () => redisSubject(() => open(cluster, 5_000)), {
      realTime: true,
      size,
      isReduced: client === 'node-redis',
    });
  }
});
