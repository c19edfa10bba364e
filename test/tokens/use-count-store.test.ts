import { connectRedis, type RedisPort } from 'sallyport/redis';
import { memoryUseCountStore, redisUseCountStore } from 'sallyport/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeUseCountStore } from '../contracts/use-count-store.ts';
import { type OpenedPort, redisClients } from '../redis-clients.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { useRedisServer } from '../redis-server.ts';

describeUseCountStore('memory', async () => {
  const store = memoryUseCountStore();
  return { store, other: store, close: async () => {} };
});

const server = useRedisServer();

async function twoServers(open: () => Promise<OpenedPort>) {
  const [one, two] = [await open(), await open()];
  return {
    store: redisUseCountStore(one.redis),
    other: redisUseCountStore(two.redis),
    close: async () => {
      await one.close();
      await two.close();
    },
  };
}

for (const { client, open } of redisClients) {
  describeUseCountStore(client, () => twoServers(() => open(server.url)));
}

describe('a Redis Cluster of three masters', () => {
  const cluster = useRedisCluster();
  for (const { client, open } of clusterClients) {
    describeUseCountStore(`${client} on a cluster`, () => twoServers(() => open(cluster)));
  }
});

describe('Redis keys of counted uses', () => {
  let redis: RedisPort;
  beforeAll(async () => {
    redis = connectRedis(server.url);
    await server.flush();
  });
  afterAll(() => redis.close());

  it('are three, in one slot, with an end, whatever the number of tokens', async () => {
    const calls: string[] = [];
    const counting: RedisPort = {
      ...redis,
      run: (script, of, args, options) => {
        calls.push(script.name);
        return redis.run(script, of, args, options);
      },
    };
    const minute = Math.floor(Date.now() / 60_000);
    const tokens = Array.from({ length: 100 }, (_, index) => ({
      token: `token-${index}`,
      uses: [
        { atMs: minute * 60_000, count: 5 },
        { atMs: minute * 60_000 - 10_000, count: 5 },
      ],
    }));
    await redisUseCountStore(counting).add({
      server: 'server-1',
      sequence: 0,
      nowMs: minute * 60_000 + 1,
      maxUses: 100,
      tokens,
    });
    expect(calls).toEqual(['add-uses']);
    const keys = (await redis.command(['KEYS', '*'])) as string[];
    expect(keys.toSorted()).toEqual([
      `sallyport:token:{uses}:minute:${minute - 1}`,
      `sallyport:token:{uses}:minute:${minute}`,
      'sallyport:token:{uses}:server:server-1',
    ]);
    for (const key of keys) {
      const remaining = Number(await redis.command(['PTTL', key]));
      expect(remaining).toBeGreaterThan(120_000);
      expect(remaining).toBeLessThanOrEqual(180_000);
    }
  });

  it('refuse a namespace that would break them', () => {
    expect(() => redisUseCountStore(redis, { namespace: 'a{b}' })).toThrow('namespace');
  });
});
