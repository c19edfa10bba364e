import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { askRedis, startSentinel } from '@sallyport/lab/cluster';
import { createSentinel } from 'redis';
import { connectRedis, fromNodeRedis, RedisUnavailableError } from 'sallyport/redis';
import { coherentSessionStore, type SessionStore } from 'sallyport/sessions';
import { describe, expect, it } from 'vitest';
import { newSessionId, type SessionId } from '../../src/sessions/session-id.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { heard, newRecord, openLinkedServer, openServer, tombstoneMs, useClosing, warm } from './coherent-subject.ts';

const server = useRedisServer({ persistence: 'aof-always' });
const closing = useClosing();
const leaseMs = 300;
const options = { coherent: { leaseMs } };

/** How long the store answers from memory after `startedAt`. */
async function servedFor(store: SessionStore, key: SessionId, startedAt: number): Promise<number> {
  let last = startedAt;
  while (performance.now() - startedAt < 3 * leaseMs) {
    if (store.peek?.(key, { renew: true }) !== undefined) last = performance.now();
    await wait(2);
  }
  return last - startedAt;
}

describe.each(redisClients)('coherent sessions when things fail, through $client', ({ open }) => {
  it('does not keep what was read before a change that it hears of first', async () => {
    const slow = await openLinkedServer(server.port, closing, { coherent: { leaseMs: 2_000 } }, { open });
    const other = await openServer(server.url, closing);
    const key = newSessionId('7');
    await other.store.create(key, newRecord({ data: new Map([['v', other.store.codec.encode(1)]]) }));
    const untouched = newSessionId('8');
    await other.store.create(untouched, newRecord());
    await warm(slow.store, untouched);
    const change = (value: number) => ({
      set: new Map([['v', other.store.codec.encode(value)]]),
      remove: [],
      maxDataBytes: 4_096,
    });
    for (let value = 2; value < 5; value++) {
      // Each way takes 100 ms: the change comes while the answer is on its way back.
      slow.data.delay(100);
      const reading = slow.store.read(key, { renew: false });
      await wait(150);
      await other.store.change(key, change(value));
      const found = await reading;
      expect(found.status === 'live' && found.record.data.get('v')).toBe(other.store.codec.encode(value - 1));
      expect(slow.store.peek?.(untouched, { renew: false })?.status).toBe('live');
      expect(slow.store.peek?.(key, { renew: false })).toBeUndefined();
      slow.data.delay(0);
      const next = await slow.store.read(key, { renew: false });
      expect(next.status === 'live' && next.record.data.get('v')).toBe(other.store.codec.encode(value));
      await other.store.change(key, change(value));
    }
  });

  it('serves nothing from memory after the lease when the news vanish, and reads on without them', async () => {
    const { store, news } = await openLinkedServer(server.port, closing, options, { open });
    const other = await openServer(server.url, closing);
    const key = newSessionId('7');
    await store.create(key, newRecord());
    await warm(store, key);
    news.blackHole();
    await other.store.end(key, { reason: 'logout', tombstoneMs });
    expect(await servedFor(store, key, performance.now())).toBeLessThanOrEqual(leaseMs);
    expect(await store.read(key, { renew: true })).toEqual({ status: 'ended', reason: 'logout' });
    await news.heal();
    const next = newSessionId('7');
    await store.create(next, newRecord());
    await warm(store, next);
  });

  it('refuses within the deadline when nothing passes any more, and recovers by itself', async () => {
    const { store, news, data } = await openLinkedServer(server.port, closing, options, { open, deadlineMs: 200 });
    const key = newSessionId('7');
    await store.create(key, newRecord());
    await warm(store, key);
    news.blackHole();
    data.blackHole();
    const startedAt = performance.now();
    expect(await servedFor(store, key, startedAt)).toBeLessThanOrEqual(leaseMs);
    for (let n = 0; n < 5; n++) {
      const askedAt = performance.now();
      await expect(store.read(key, { renew: true })).rejects.toThrow(RedisUnavailableError);
      expect(performance.now() - askedAt).toBeLessThan(450);
    }
    await Promise.all([news.heal(), data.heal()]);
    const healedAt = performance.now();
    const status = async () => (await store.read(key, { renew: true }).catch(() => undefined))?.status;
    await expect.poll(status, { interval: 10, timeout: 5_000 }).toBe('live');
    expect(performance.now() - healedAt).toBeLessThan(2_000);
    await warm(store, key);
  });

  it('after a restart of Redis all sessions are valid, and what was in memory is not served on', async () => {
    const { store } = await openServer(server.url, closing, options, { open, deadlineMs: 300 });
    const keys = Array.from({ length: 20 }, () => newSessionId('7'));
    for (const key of keys) await store.create(key, newRecord());
    for (const key of keys) await warm(store, key);
    await server.kill();
    await expect.poll(() => keys.filter((key) => store.peek?.(key, { renew: true })).length).toBe(0);
    await expect(store.read(keys[0]!, { renew: true })).rejects.toThrow(RedisUnavailableError);
    await expect(store.end(keys[0]!, { reason: 'logout', tombstoneMs })).rejects.toThrow(RedisUnavailableError);
    await server.restart();
    const status = async () => (await store.read(keys[0]!, { renew: true }).catch(() => undefined))?.status;
    await expect.poll(status, { interval: 10, timeout: 5_000 }).toBe('live');
    for (const key of keys) await warm(store, key);
  });

  it('with staleSeconds, what was in memory answers reads during an outage, no longer than that, and no writes', async () => {
    const { store } = await openServer(server.url, closing, { ...options, staleSeconds: 1 }, { open, deadlineMs: 300 });
    const [key, ended] = [newSessionId('7'), newSessionId('7')];
    for (const each of [key, ended]) {
      await store.create(each, newRecord());
      await warm(store, each);
    }
    await wait(1_200);
    await store.end(ended, { reason: 'logout', tombstoneMs });
    const stale = await heard('session.stale', async () => {
      await server.kill();
      const startedAt = performance.now();
      await expect.poll(() => store.peek?.(key, { renew: true })).toBeUndefined();
      let lastAt = startedAt;
      while (performance.now() - startedAt < 1_800) {
        const found = await store.read(key, { renew: true }).catch(() => undefined);
        if (found?.status === 'live') lastAt = performance.now();
        await wait(20);
      }
      expect(lastAt - startedAt).toBeGreaterThan(500);
      expect(lastAt - startedAt).toBeLessThan(1_100);
      await expect(store.read(ended, { renew: true })).rejects.toThrow(RedisUnavailableError);
      await expect(store.change(key, { set: new Map([['a', 'j1']]), remove: [], maxDataBytes: 99 })).rejects.toThrow(
        RedisUnavailableError,
      );
    });
    expect(stale.length).toBeGreaterThan(10);
    await server.restart();
    await warm(store, key);
  });

  it('without coherent reads too, staleSeconds carries reads through an outage', async () => {
    const plain = { coherent: false, staleSeconds: 60 };
    const { store } = await openServer(server.url, closing, plain, { open, deadlineMs: 300 });
    const [key, unread] = [newSessionId('7'), newSessionId('7')];
    await store.create(key, newRecord());
    await store.create(unread, newRecord());
    const before = await store.read(key, { renew: true });
    expect(store.peek?.(key, { renew: true })).toBeUndefined();
    await server.freeze();
    expect(await store.read(key, { renew: true })).toEqual(before);
    await expect(store.read(unread, { renew: true })).rejects.toThrow(RedisUnavailableError);
    await server.thaw();
    const status = async () => (await store.read(unread, { renew: true }).catch(() => undefined))?.status;
    await expect.poll(status, { interval: 10, timeout: 1_000 }).toBe('live');
  });

  it('when Redis is out of memory sessions are read and renewed, and writes are refused', async () => {
    const { store, redis } = await openServer(server.url, closing, options, { open });
    const key = newSessionId('7');
    await store.create(key, newRecord({ idleMs: 1_000 }));
    try {
      await askRedis(['CONFIG', 'SET', 'maxmemory', '1'], { port: server.port });
      for (let n = 0; n < 8; n++) {
        await wait(250);
        expect((await store.read(key, { renew: true })).status).toBe('live');
      }
      const change = store.change(key, { set: new Map([['a', 'j1']]), remove: [], maxDataBytes: 99 });
      await expect(change).rejects.toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE', reason: 'refusing' });
    } finally {
      await askRedis(['CONFIG', 'SET', 'maxmemory', '0'], { port: server.port });
    }
    expect(await redis.command(['PING'])).toBe('PONG');
    await warm(store, key);
  });

  it('when Redis may not write sessions are read, and writes are refused', async () => {
    const { store } = await openServer(server.url, closing, options, { open });
    const key = newSessionId('7');
    await store.create(key, newRecord());
    await warm(store, key);
    try {
      await askRedis(['CONFIG', 'SET', 'min-replicas-to-write', '1'], { port: server.port });
      await expect.poll(() => store.peek?.(key, { renew: true }), { timeout: 2 * leaseMs }).toBeUndefined();
      expect((await store.read(key, { renew: true })).status).toBe('live');
      const ending = store.end(key, { reason: 'logout', tombstoneMs });
      await expect(ending).rejects.toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE', reason: 'refusing' });
    } finally {
      await askRedis(['CONFIG', 'SET', 'min-replicas-to-write', '0'], { port: server.port });
    }
    await warm(store, key);
  });
});

describe('coherent sessions when things fail', () => {
  it('a server that was stopped asks Redis when it goes on', async () => {
    const child = fork(
      fileURLToPath(new URL('./coherent-frozen-main.ts', import.meta.url)),
      [server.url, String(leaseMs)],
      {
        execArgv: ['--import', 'tsx', '--conditions=sallyport-source'],
      },
    );
    closing.push(async () => {
      child.kill('SIGKILL');
    });
    const { store } = await openServer(server.url, closing);
    const ask = async (key: SessionId) => {
      child.send(key);
      const [answer] = (await once(child, 'message')) as [{ fromMemory: boolean; status: string }];
      return answer;
    };
    const key = newSessionId('7');
    await store.create(key, newRecord());
    await expect.poll(() => ask(key), { interval: 20, timeout: 10_000 }).toEqual({ fromMemory: true, status: 'live' });
    child.kill('SIGSTOP');
    await store.end(key, { reason: 'logout', tombstoneMs });
    await wait(2 * leaseMs);
    const answered = ask(key);
    child.kill('SIGCONT');
    expect(await answered).toEqual({ fromMemory: false, status: 'ended' });
  });

  it('after a fail-over it hears from the new master', async () => {
    const group = await startSentinel();
    closing.push(() => group.stop());
    const [one, two] = [0, 1].map(() => {
      const redis = connectRedis(group.url, { deadlineMs: 2_000 });
      const store = coherentSessionStore(redis, options);
      closing.push(async () => {
        await store.close();
        await redis.close();
      });
      return { store, redis };
    }) as [{ store: SessionStore; redis: ReturnType<typeof connectRedis> }, { store: SessionStore }];
    const keys = [newSessionId('7'), newSessionId('7')] as const;
    for (const key of keys) {
      await one.store.create(key, newRecord());
      await warm(two.store, key);
    }
    expect(await one.redis.command(['WAIT', '1', '1000'])).toBe(1);
    await group.master.kill();
    const ended = () => one.store.end(keys[0], { reason: 'logout', tombstoneMs }).catch(() => undefined);
    await expect.poll(ended, { timeout: 15_000, interval: 20 }).toBeDefined();
    expect(await servedFor(two.store, keys[0], performance.now())).toBeLessThanOrEqual(leaseMs);
    const status = async () => (await two.store.read(keys[0], { renew: true }).catch(() => undefined))?.status;
    await expect.poll(status, { timeout: 5_000, interval: 20 }).toBe('ended');
    await warm(two.store, keys[1]);
    await one.store.end(keys[1], { reason: 'logout', tombstoneMs });
    expect(await servedFor(two.store, keys[1], performance.now())).toBeLessThanOrEqual(leaseMs);
  }, 60_000);

  it("with node-redis' Sentinel client it reads from Redis, and says so once", async () => {
    const group = await startSentinel();
    closing.push(() => group.stop());
    const client = createSentinel({
      name: group.name,
      sentinelRootNodes: [{ host: '127.0.0.1', port: group.sentinelPort }],
    });
    client.on('error', () => {});
    await client.connect();
    const told = await heard('session.coherence.unavailable', async () => {
      const store = coherentSessionStore(fromNodeRedis(client), options);
      const key = newSessionId('7');
      await store.create(key, newRecord());
      expect((await store.read(key, { renew: true })).status).toBe('live');
      await store.close();
    });
    client.destroy();
    expect(told).toEqual([{ reason: 'node-redis-sentinel' }]);
  }, 60_000);
});
