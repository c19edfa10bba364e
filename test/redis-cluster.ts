/** A real Redis Cluster for the tests of a file or of a `describe`, and the clients that an application can hand over for it. */
import { type RedisCluster, type RedisServer, startRedisCluster } from '@sallyport/lab/cluster';
import { createCluster } from 'redis';
import { connectRedis, fromNodeRedis } from 'sallyport/redis';
import { afterAll, beforeAll } from 'vitest';
import type { OpenedPort } from './redis-clients.ts';

export type TestCluster = Pick<RedisCluster, 'url' | 'nodes'>;

/** Three masters. Registers the hooks; the handle is usable once they have run, as that of `useRedisServer`. */
export function useRedisCluster(): TestCluster {
  let started: RedisCluster | undefined;
  beforeAll(async () => {
    started = await startRedisCluster({ masters: 3 });
  }, 60_000);
  afterAll(() => started?.stop());
  function cluster(): RedisCluster {
    if (started === undefined)
      throw new Error('The cluster of these tests is started in beforeAll: use it after that.');
    return started;
  }
  return {
    get url(): string {
      return cluster().url;
    },
    get nodes(): readonly RedisServer[] {
      return cluster().nodes;
    },
  };
}

/** Every contract suite runs on each. */
export const clusterClients: readonly {
  readonly client: string;
  open(cluster: TestCluster, deadlineMs?: number): Promise<OpenedPort>;
}[] = [
  {
    client: 'ioredis',
    open: async ({ url }, deadlineMs = 2_000) => {
      const redis = connectRedis(url, { deadlineMs });
      return { redis, close: () => redis.close() };
    },
  },
  {
    client: 'node-redis',
    open: async ({ nodes }, deadlineMs = 2_000) => {
      const client = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) });
      client.on('error', () => {});
      await client.connect();
      const redis = fromNodeRedis(client, { deadlineMs });
      return {
        redis,
        close: async () => {
          await redis.close();
          client.destroy();
        },
      };
    },
  },
];
