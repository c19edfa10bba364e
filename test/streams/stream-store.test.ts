import { describe } from 'vitest';
import { memoryStreamStore } from '../../src/streams/memory.ts';
import { describeStreamStore, fullSize } from '../contracts/stream-store.ts';
import { manualClock } from '../manual-clock.ts';
import { redisClients } from '../redis-clients.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { useRedisServer } from '../redis-server.ts';
import { redisSubject } from './redis-store-subject.ts';

describeStreamStore(
  'memory',
  async () => {
    const clock = manualClock(Date.now());
    return {
      open: async () => memoryStreamStore({ name: 'events', clock }),
      advance: async (ms) => clock.advance(ms),
      close: async () => {},
    };
  },
  { size: { ...fullSize, walks: [1, 2, 3, 4].map((seed) => ({ seed, steps: 1_000 })) } },
);

const server = useRedisServer();

for (const { client, open } of redisClients) {
  describeStreamStore(client, () => redisSubject(() => open(server.url, 5_000)), { realTime: true });
}

describeStreamStore(
  'plain reads by every turn that can',
  () => redisSubject(() => redisClients[0]!.open(server.url, 5_000), { plainFrom: 1 }),
  { realTime: true },
);

describe('on a Redis Cluster of three masters', () => {
  const size = { live: 600, walks: [{ seed: 3, steps: 80 }] };
  const cluster = useRedisCluster();
  for (const { client, open } of clusterClients) {
    describeStreamStore(`${client} on a cluster`, () => redisSubject(() => open(cluster, 5_000), { plainFrom: 1 }), {
      realTime: true,
      size,
    });
  }
});
