import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { connectRedis, fromIoredis, type RedisPort } from 'sallyport/redis';
import { memoryPairStore, redisPairStore } from 'sallyport/tokens';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userTag } from '../../src/redis/keys.ts';
import { pairKeys } from '../../src/tokens/pairs/keys.ts';
import { describePairStore } from '../contracts/pair-store.ts';
import { redisPairSubject } from '../contracts/pair-store-subject.ts';
import { manualClock } from '../manual-clock.ts';
import { type OpenedPort, redisClients } from '../redis-clients.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { useRedisServer } from '../redis-server.ts';

describePairStore('memory', async () => {
  const clock = manualClock();
  const store = memoryPairStore({ clock });
  return { store, other: store, advance: async (ms) => clock.advance(ms), close: async () => {} };
});

const server = useRedisServer();

for (const { client, open } of redisClients) {
  describePairStore(client, () => redisPairSubject(() => open(server.url), client, wait), { realTime: true });
}

describePairStore('ioredis with a prefix of its own', () => redisPairSubject(openPrefixed, 'sallyport', wait), {
  realTime: true,
});

async function openPrefixed(): Promise<OpenedPort> {
  const client = new Redis(server.port, '127.0.0.1', { keyPrefix: 'tenant*[1]:' });
  const redis = fromIoredis(client, { deadlineMs: 2_000 });
  return {
    redis,
    close: async () => {
      await redis.close();
      client.disconnect();
    },
  };
}

describe('a Redis Cluster of three masters', () => {
  const cluster = useRedisCluster();
  for (const { client, open } of clusterClients) {
    describePairStore(`${client} on a cluster`, () => redisPairSubject(() => open(cluster), client, wait), {
      realTime: true,
    });
  }
});

describe('Redis keys of pairs', () => {
  let redis: RedisPort;
  beforeAll(() => {
    redis = connectRedis(server.url);
  });
  afterAll(() => redis.close());
  beforeEach(() => server.flush());

  const keys = pairKeys('sallyport');
  const tag = userTag('user-1');
  const family = { userId: 'user-1', claims: '{}', hash: 'a'.repeat(43), refreshMs: 60_000, absoluteMs: 90_000 };
  const use = (generation: number, graceMs = 5_000) => ({
    generation,
    hash: 'a'.repeat(43),
    nextHash: 'a'.repeat(43),
    step: 'b'.repeat(43),
    refreshMs: 60_000,
    graceMs,
    endOnWrongDevice: true,
  });
  const all = async () => ((await redis.command(['KEYS', '*'])) as string[]).toSorted();

  it('are the family, its steps for the grace window and one index, all in one slot and all with an end', async () => {
    const store = redisPairStore(redis);
    const [one, two] = [
      { tag, id: 'one' },
      { tag, id: 'two' },
    ];
    await store.create(one, { ...family, refreshMs: 30_000 });
    const { expiresAt } = await store.create(two, family);
    expect(await all()).toEqual([keys.family(one), keys.family(two), keys.index(tag)].toSorted());
    await store.rotate(one, use(0));
    expect(await all()).toContain(keys.steps(one));
    const remaining = Number(await redis.command(['PTTL', keys.steps(one)]));
    expect(remaining).toBeGreaterThan(4_000);
    expect(remaining).toBeLessThanOrEqual(5_000);
    const untilOf = async (key: string) => Number(await redis.command(['PEXPIRETIME', key]));
    expect(await untilOf(keys.family(two))).toBe(expiresAt);
    expect(await untilOf(keys.index(tag))).toBe(await untilOf(keys.family(one)));

    await store.end(one, 'logout');
    expect(await all()).toEqual([keys.family(one), keys.family(two), keys.index(tag)].toSorted());
    expect(await redis.command(['ZRANGE', keys.index(tag), '0', '-1'])).toEqual(['two']);
    expect(await untilOf(keys.index(tag))).toBe(expiresAt);
    expect((await redis.command(['HKEYS', keys.family(one)])) as string[]).not.toContain('hash');
    await store.endAll('user-1', {}, 'logout');
    expect(await redis.command(['EXISTS', keys.index(tag)])).toBe(0);
    expect(await untilOf(keys.family(two))).toBe(expiresAt);
  });

  it('the index never lists what has expired, and forgets what was evicted', async () => {
    const store = redisPairStore(redis);
    await store.create({ tag, id: 'evicted' }, family);
    await store.create({ tag, id: 'short' }, { ...family, refreshMs: 40 });
    await redis.command(['DEL', keys.family({ tag, id: 'evicted' })]);
    await wait(60);
    expect(await store.list('user-1')).toEqual([]);
    expect(await redis.command(['EXISTS', keys.index(tag)])).toBe(0);
    await store.create({ tag, id: 'short' }, { ...family, refreshMs: 40 });
    await wait(60);
    expect(await redis.command(['EXISTS', keys.index(tag)])).toBe(0);

    await store.create({ tag, id: 'short' }, { ...family, refreshMs: 40 });
    await store.create({ tag, id: 'long' }, family);
    await wait(60);
    await store.create({ tag, id: 'longer' }, family);
    const ids = (await redis.command(['ZRANGE', keys.index(tag), '0', '-1'])) as string[];
    expect(ids.toSorted()).toEqual(['long', 'longer']);
  });

  it('hold a bounded number of steps, however often and for however long a token is rotated', async () => {
    const store = redisPairStore(redis);
    const key = { tag, id: 'busy' };
    await store.create(key, family);
    let longest = 0;
    for (let generation = 0, turn = 0; turn < 200; turn += 1) {
      const rotation = await store.rotate(key, use(generation, 30));
      if (rotation.status === 'rotated') generation += 1;
      else await wait(3);
      if (turn % 20 === 19) await wait(15);
      longest = Math.max(longest, Number(await redis.command(['HLEN', keys.steps(key)])));
    }
    expect(longest).toBe(8);
    await wait(40);
    expect(await redis.command(['EXISTS', keys.steps(key)])).toBe(0);
  });

  it('take one round trip for each method', async () => {
    const calls: string[] = [];
    const counting: RedisPort = {
      ...redis,
      command: () => Promise.reject(new Error('pairs need scripts only')),
      run: (script, of, args, options) => {
        calls.push(script.name);
        return redis.run(script, of, args, options);
      },
    };
    const store = redisPairStore(counting);
    const key = { tag, id: 'one' };
    await store.create(key, family);
    await store.rotate(key, use(0));
    await store.rotate(key, use(0));
    await store.list('user-1');
    await store.end(key, 'logout');
    await store.endAll('user-1', {}, 'logout');
    expect(calls).toEqual(['create', 'rotate', 'rotate', 'list', 'end', 'end-all']);
  });

  it('refuse a namespace that would break them', () => {
    expect(() => redisPairStore(redis, { namespace: 'a{b}' })).toThrow('namespace');
  });
});
