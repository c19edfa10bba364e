import { setTimeout as wait } from 'node:timers/promises';
import {
  type RedisCluster,
  type RedisServer,
  type SentinelGroup,
  startRedisCluster,
  startSentinel,
} from '@sallyport/lab/cluster';
import { createCluster } from 'redis';
import { connectRedis, fromNodeRedis } from 'sallyport/redis';
import { redisSessionStore } from 'sallyport/sessions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeSessionStore } from '../contracts/session-store.ts';
import { describeUserSessions } from '../contracts/user-sessions.ts';

describe('a Redis Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 3 });
  }, 60_000);
  afterAll(() => cluster?.stop());

  describeSessionStore(
    'ioredis on a cluster',
    async () => {
      const redis = connectRedis(cluster.url, { deadlineMs: 2_000 });
      return { store: redisSessionStore(redis), advance: (ms) => wait(ms), close: () => redis.close() };
    },
    { realTime: true },
  );

  describeUserSessions(
    'ioredis on a cluster',
    async ({ expiryEvents }) => {
      const redis = connectRedis(cluster.url, { deadlineMs: 2_000 });
      const namespace = expiryEvents ? 'ioredis-expiry' : 'ioredis';
      const store = redisSessionStore(redis, { namespace, userIndex: true, expiryEvents });
      return { store, advance: (ms) => wait(ms), close: () => redis.close() };
    },
    { realTime: true },
  );

  describeUserSessions(
    'node-redis on a cluster, string',
    async ({ expiryEvents }) => {
      const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) });
      client.on('error', () => {});
      await client.connect();
      const redis = fromNodeRedis(client, { deadlineMs: 2_000 });
      const namespace = expiryEvents ? 'node-redis-expiry' : 'node-redis';
      const store = redisSessionStore(redis, { namespace, layout: 'string', userIndex: true, expiryEvents });
      return { store, advance: (ms) => wait(ms), close: async () => client.destroy() };
    },
    { realTime: true },
  );

  describeSessionStore(
    'node-redis on a cluster',
    async () => {
      const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) });
      client.on('error', () => {});
      await client.connect();
      const redis = fromNodeRedis(client, { deadlineMs: 2_000 });
      return { store: redisSessionStore(redis), advance: (ms) => wait(ms), close: async () => client.destroy() };
    },
    { realTime: true },
  );
});

describe('a Redis Cluster through node-redis', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 3 });
  }, 60_000);
  afterAll(() => cluster?.stop());

  it('is asked again when the node that was silent is gone, although the client was never lost', async () => {
    const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) });
    client.on('error', () => {});
    await client.connect();
    const redis = fromNodeRedis(client, { deadlineMs: 300 });
    const [node] = cluster.nodes as [RedisServer];
    await node.freeze();
    // Of that many keys some are at each node; the others answer, then nobody is asked but the silent one.
    const keys = Array.from({ length: 30 }, (_, n) => `key-${n}`);
    const silent = (
      await Promise.all(
        keys.map((key) =>
          redis.command(['GET', key]).then(
            () => [],
            () => [key],
          ),
        ),
      )
    ).flat();
    await expect(redis.command(['GET', silent[0]!])).rejects.toMatchObject({ reason: 'deadline' });
    await expect(redis.command(['GET', silent[0]!])).rejects.toMatchObject({ reason: 'deadline' });
    await node.kill();
    await node.restart();
    const answers = async () =>
      (await Promise.allSettled(keys.map((key) => redis.command(['GET', key])))).map(({ status }) => status);
    await expect.poll(answers, { timeout: 15_000, interval: 50 }).toEqual(keys.map(() => 'fulfilled'));
    client.destroy();
  }, 30_000);
});

describe('a Sentinel group', () => {
  let group: SentinelGroup;
  beforeAll(async () => {
    group = await startSentinel();
  }, 60_000);
  afterAll(() => group?.stop());

  it('is found by its name, and after a fail-over the new master is', async () => {
    const redis = connectRedis(group.url, { deadlineMs: 1_000 });
    expect(await redis.command(['SET', 'before', '1'])).toBe('OK');
    expect(await redis.command(['WAIT', '1', '1000'])).toBe(1);
    await group.master.kill();
    const deadline = Date.now() + 15_000;
    for (;;) {
      try {
        if ((await redis.command(['SET', 'after', '1'])) === 'OK') break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await wait(50);
      }
    }
    expect(await redis.command(['GET', 'before'])).toBe('1');
    // Sentinel names the new master to its clients before it has finished and says so itself.
    await expect.poll(() => group.masterPort(), { timeout: 15_000 }).toBe(group.replica.port);
    await redis.close();
  }, 30_000);
});
