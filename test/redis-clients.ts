/** The ways an application can hand its Redis to Sallyport; every contract suite runs on each. */

import { createClient } from 'redis';
import { connectRedis, fromNodeRedis, type RedisPort } from 'sallyport/redis';

export interface OpenedPort {
  readonly redis: RedisPort;
  close(): Promise<void>;
}

export const redisClients: readonly {
  readonly client: string;
  open(url: string, deadlineMs?: number): Promise<OpenedPort>;
}[] = [
  {
    client: 'ioredis',
    open: async (url, deadlineMs = 2_000) => {
      const redis = connectRedis(url, { deadlineMs });
      return { redis, close: () => redis.close() };
    },
  },
  {
    client: 'node-redis',
    open: async (url, deadlineMs = 2_000) => {
      const client = createClient({ url });
      client.on('error', () => {});
      await client.connect();
      return { redis: fromNodeRedis(client, { deadlineMs }), close: async () => client.destroy() };
    },
  },
];
