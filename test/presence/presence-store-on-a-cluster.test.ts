import { type RedisCluster, startRedisCluster } from '@sallyport/lab/cluster';
import { createCluster } from 'redis';
import { connectRedis, fromNodeRedis } from 'sallyport/redis';
import { afterAll, beforeAll, describe } from 'vitest';
import { describePresenceStore } from '../contracts/presence-store.ts';
import type { OpenedPort } from '../redis-clients.ts';
import { redisSubject } from './redis-subject.ts';

describe('a Redis Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 3 });
  }, 60_000);
  afterAll(() => cluster?.stop());

  const clients: Readonly<Record<string, () => Promise<OpenedPort>>> = {
    ioredis: async () => {
      const redis = connectRedis(cluster.url, { deadlineMs: 2_000 });
      return { redis, close: () => redis.close() };
    },
    'node-redis': async () => {
      const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) });
      client.on('error', () => {});
      await client.connect();
      const redis = fromNodeRedis(client, { deadlineMs: 2_000 });
      return {
        redis,
        close: async () => {
          await redis.close();
          client.destroy();
        },
      };
    },
  };
  for (const [client, open] of Object.entries(clients)) {
    describePresenceStore(`${client} on a cluster`, () => redisSubject(open, client));
  }
});
