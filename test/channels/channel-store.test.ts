import { type RedisCluster, startRedisCluster } from '@sallyport/lab/cluster';
import { createCluster } from 'redis';
import { memoryChannelStore } from 'sallyport/channels';
import { connectRedis, fromNodeRedis } from 'sallyport/redis';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeChannelStore } from '../contracts/channel-store.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { redisSubject } from './redis-subject.ts';

describeChannelStore('memory', async () => {
  const store = memoryChannelStore();
  return { store, another: async () => store, connections: 1, countsPatterns: true, close: () => store.close() };
});

const server = useRedisServer();

for (const { client, open } of redisClients) {
  describeChannelStore(client, () => redisSubject(() => open(server.url), client));
}

describe('a Redis Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 3 });
  }, 60_000);
  afterAll(() => cluster?.stop());

  describeChannelStore('ioredis on a cluster', () =>
    redisSubject(
      async () => {
        const redis = connectRedis(cluster.url, { deadlineMs: 2_000 });
        return { redis, close: () => redis.close() };
      },
      'ioredis',
      true,
    ),
  );

  describeChannelStore('node-redis on a cluster', () =>
    redisSubject(
      async () => {
        const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) });
        client.on('error', () => {});
        await client.connect();
        return { redis: fromNodeRedis(client, { deadlineMs: 2_000 }), close: async () => client.destroy() };
      },
      'node-redis',
      true,
    ),
  );
});
