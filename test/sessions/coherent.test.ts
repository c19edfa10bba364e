import { askRedis } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { createSallyport, InvalidOptionError } from 'sallyport';
import { fromIoredis, type RedisPort } from 'sallyport/redis';
import {
  type CoherentSessionStoreOptions,
  coherentSessionStore,
  createSessions,
  memorySessionStore,
  redisSessionStore,
} from 'sallyport/sessions';
import { describe, expect, it } from 'vitest';
import { newSessionId, parseSessionId, type SessionKey } from '../../src/sessions/session-id.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { heard, newRecord, type OpenClient, openServer, tombstoneMs, useClosing, warm } from './coherent-subject.ts';

const server = useRedisServer();
const closing = useClosing();
const openServerHere = (options: CoherentSessionStoreOptions = {}, open?: OpenClient) =>
  openServer(server.url, closing, options, open === undefined ? {} : { open });

for (const { client, open } of redisClients) {
  describe(`coherent sessions through ${client}`, () => {
    it('answers from memory, and asks Redis nothing', async () => {
      const { store } = await openServerHere({}, open);
      const key = newSessionId('7');
      await store.create(key, newRecord({ role: 'admin', data: new Map([['a', store.codec.encode(1)]]) }));
      await warm(store, key);
      const before = await commandsRun();
      for (let n = 0; n < 1_000; n++) {
        const found = store.peek?.(key, { renew: true });
        if (found?.status !== 'live') throw new Error('not in memory');
        expect(found.record.role).toBe('admin');
      }
      expect((await commandsRun()) - before).toBeLessThan(20);
    });

    it('another server hears of changes and ends within milliseconds', async () => {
      const one = await openServerHere({}, open);
      const two = await openServerHere({}, open);
      for (let round = 0; round < 20; round++) {
        const key = newSessionId('7');
        await one.store.create(key, newRecord());
        await warm(two.store, key);
        await one.store.change(key, {
          set: new Map([['n', one.store.codec.encode(round)]]),
          remove: [],
          maxDataBytes: 4_096,
        });
        await expect.poll(() => two.store.peek?.(key, { renew: false }), { interval: 1, timeout: 500 }).toBeUndefined();
        await warm(two.store, key);
        const changed = two.store.peek?.(key, { renew: false });
        expect(changed?.status === 'live' && changed.record.data.get('n')).toBe(one.store.codec.encode(round));
        await one.store.end(key, { reason: 'logout', tombstoneMs });
        await expect.poll(() => two.store.peek?.(key, { renew: false }), { interval: 1, timeout: 500 }).toBeUndefined();
        expect(await two.store.read(key, { renew: true })).toEqual({ status: 'ended', reason: 'logout' });
      }
    });

    it('reads its own writes', async () => {
      const { store } = await openServerHere({}, open);
      const key = newSessionId('7');
      await store.create(key, newRecord());
      for (let n = 0; n < 100; n++) {
        await warm(store, key);
        const before = store.read(key, { renew: true });
        await store.change(key, { set: new Map([['n', store.codec.encode(n)]]), remove: [], maxDataBytes: 4_096 });
        const found = await store.read(key, { renew: true });
        expect(found.status === 'live' && found.record.data.get('n')).toBe(store.codec.encode(n));
        await before;
      }
      await store.end(key, { reason: 'logout', tombstoneMs });
      expect((await store.read(key, { renew: true })).status).toBe('ended');
    });

    it('drops everything when its connection is killed, and regains the lease', async () => {
      const { store } = await openServerHere({}, open);
      const key = newSessionId('7');
      await store.create(key, newRecord());
      await warm(store, key);
      const lost = await heard('session.coherence.lost', async () => {
        await askRedis(['CLIENT', 'KILL', 'TYPE', 'pubsub'], { port: server.port });
        await expect.poll(() => store.peek?.(key, { renew: false }), { interval: 1, timeout: 500 }).toBeUndefined();
      });
      expect(lost).toEqual([{ reason: 'disconnected' }]);
      await warm(store, key);
    });

    it('drops everything when the database is emptied', async () => {
      const { store } = await openServerHere({}, open);
      const key = newSessionId('7');
      await store.create(key, newRecord());
      await warm(store, key);
      await askRedis(['FLUSHALL'], { port: server.port });
      await expect.poll(() => store.peek?.(key, { renew: false }), { interval: 1, timeout: 500 }).toBeUndefined();
      expect(await store.read(key, { renew: true })).toEqual({ status: 'missing' });
    });
  });
}

function keyOf(id: string): SessionKey {
  const key = parseSessionId(id);
  if (key === undefined) throw new Error('not an id');
  return key;
}

async function commandsRun(): Promise<number> {
  const stats = await askRedis(['INFO', 'stats'], { port: server.port });
  return Number(/total_commands_processed:(\d+)/.exec(stats)?.[1]);
}

describe('coherent sessions', () => {
  it('are opened without waiting once they are in memory, and not before', async () => {
    const { store } = await openServerHere();
    const sessions = createSessions({ store });
    const { id } = await sessions.login(undefined, { userId: '7', role: 'admin' });
    expect(sessions.openCached(id)).toBeUndefined();
    await expect.poll(async () => (await sessions.open(id)) && sessions.openCached(id)?.status).toBe('live');
    const opened = sessions.openCached(id);
    expect(opened?.status === 'live' && [opened.session.userId, opened.session.role]).toEqual(['7', 'admin']);
    expect(sessions.openCached('no id at all')).toEqual({ status: 'missing' });
    expect(createSessions().openCached(id)).toBeUndefined();
  });

  it('whose idle time is a function are never opened without waiting: a new one has to be stored', async () => {
    const { store } = await openServerHere();
    let idleSeconds = 3_600;
    const sessions = createSessions({ store, idleTimeoutSeconds: () => idleSeconds });
    const { id } = await sessions.login(undefined, { userId: '7' });
    await expect
      .poll(async () => (await sessions.open(id)) && store.peek?.(keyOf(id), { renew: true })?.status)
      .toBe('live');
    idleSeconds = 60;
    expect(sessions.openCached(id)).toBeUndefined();
    const opened = await sessions.open(id);
    expect(opened.status === 'live' && opened.session.idleMs).toBe(60_000);
  });

  it('an id whose tag was altered finds nothing', async () => {
    const { store } = await openServerHere();
    const key = newSessionId('7');
    await store.create(key, newRecord());
    await warm(store, key);
    const altered = { ...key, tag: newSessionId('8').tag };
    expect(store.peek?.(altered, { renew: true })).toBeUndefined();
    expect(await store.read(altered, { renew: true })).toEqual({ status: 'missing' });
    // Nor does it by coming while the true one is being read.
    await store.change(key, { set: new Map([['a', 'j1']]), remove: [], maxDataBytes: 99 });
    const both = await Promise.all([store.read(key, { renew: true }), store.read(altered, { renew: true })]);
    expect(both.map(({ status }) => status)).toEqual(['live', 'missing']);
  });

  it('keeps no more sessions than allowed: those used last', async () => {
    const { store } = await openServerHere({ coherent: { maxSessions: 3 } });
    const keys = Array.from({ length: 4 }, () => newSessionId('7'));
    for (const key of keys) await store.create(key, newRecord());
    for (const key of keys.slice(0, 3)) await warm(store, key);
    expect(store.peek?.(keys[0]!, { renew: false })?.status).toBe('live');
    await warm(store, keys[3]!);
    expect(keys.map((key) => store.peek?.(key, { renew: false })?.status)).toEqual(['live', undefined, 'live', 'live']);
  });

  it('many requests that find nothing in memory ask Redis once', async () => {
    const { store } = await openServerHere();
    const key = newSessionId('7');
    await store.create(key, newRecord());
    const other = newSessionId('7');
    await store.create(other, newRecord());
    await warm(store, other);
    const before = await scriptsRun();
    const found = await Promise.all(Array.from({ length: 50 }, () => store.read(key, { renew: true })));
    expect(found.every(({ status }) => status === 'live')).toBe(true);
    expect((await scriptsRun()) - before).toBe(1);
  });

  it('a prefix that the client puts before all keys is taken into account', async () => {
    const client = new Redis(server.port, '127.0.0.1', { keyPrefix: 'tenant:' });
    const redis = fromIoredis(client);
    const store = coherentSessionStore(redis);
    closing.push(async () => {
      await store.close();
      await redis.close();
      client.disconnect();
    });
    const key = newSessionId('7');
    await store.create(key, newRecord());
    await warm(store, key);
    await askRedis(['DEL', `tenant:sallyport:session:{${key.tag}}:${key.hash}`], { port: server.port });
    await expect.poll(() => store.peek?.(key, { renew: false }), { interval: 1, timeout: 500 }).toBeUndefined();
  });

  it('says once that it may not hear of changes, and reads from Redis', async () => {
    await askRedis(['ACL', 'SETUSER', 'deaf', 'on', 'nopass', '~*', '&*', '+@all', '-client|tracking'], {
      port: server.port,
    });
    const client = new Redis(server.port, '127.0.0.1', { username: 'deaf', password: 'x' });
    const redis = fromIoredis(client);
    const told = await heard('session.coherence.unavailable', async () => {
      const store = coherentSessionStore(redis, { coherent: { leaseMs: 100 } });
      const key = newSessionId('7');
      await store.create(key, newRecord());
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect((await store.read(key, { renew: true })).status).toBe('live');
      expect(store.peek?.(key, { renew: true })).toBeUndefined();
      await store.close();
    });
    await redis.close();
    client.disconnect();
    expect(told).toEqual([{ reason: 'NOPERM' }]);
  });

  it('says once that what it hears is not what is written, and reads from Redis', async () => {
    const { redis } = await openServerHere();
    // As behind something that lets the subscription through and swallows its messages.
    const deaf: RedisPort = {
      ...redis,
      tracker: (prefixes, listener) => redis.tracker(prefixes, { ...listener, changed: () => {} }),
    };
    const told = await heard('session.coherence.unavailable', async () => {
      const store = coherentSessionStore(deaf, { coherent: { leaseMs: 100 } });
      const key = newSessionId('7');
      await store.create(key, newRecord());
      for (let n = 0; n < 30; n++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        expect((await store.read(key, { renew: true })).status).toBe('live');
        expect(store.peek?.(key, { renew: true })).toBeUndefined();
      }
      await store.close();
    });
    expect(told).toEqual([{ reason: 'deaf' }]);
  });

  it('a key that is documented proves the lease, and goes by itself', async () => {
    const { store, redis } = await openServerHere({ namespace: 'docs', coherent: { leaseMs: 300 } });
    const key = newSessionId('7');
    await store.create(key, newRecord());
    await warm(store, key);
    const marks = (await redis.command(['KEYS', 'docs:coherence:*'])) as string[];
    expect(marks.length).toBeGreaterThan(0);
    expect(marks.length).toBeLessThan(10);
    for (const mark of marks) expect(mark).toMatch(/^docs:coherence:[\da-f-]{36}:\d+$/);
    await store.close();
    await expect.poll(() => redis.command(['KEYS', 'docs:coherence:*'])).toEqual([]);
  });

  it('refuses options out of range', () => {
    const redis = {} as RedisPort;
    for (const options of [
      { coherent: { leaseMs: 99 } },
      { coherent: { maxSessions: 0 } },
      { coherent: { leaseMs: Number.NaN } },
      { staleSeconds: -1 },
    ]) {
      expect(() => coherentSessionStore(redis, options)).toThrow(/must be a whole number/);
    }
  });

  it('is switched on by an option, and not for a store of our own', async () => {
    const environment = {};
    const sallyport = createSallyport({ redis: server.url, session: { coherent: true }, environment });
    const session = await sallyport.sessions.login(undefined, { userId: '7' });
    const opened = async () => {
      const before = await scriptsRun();
      const { status } = await sallyport.sessions.open(session.id);
      return { status, scripts: (await scriptsRun()) - before };
    };
    await expect.poll(opened, { interval: 5 }).toEqual({ status: 'live', scripts: 0 });
    await session.end();
    expect((await sallyport.sessions.open(session.id)).status).toBe('ended');
    await sallyport.close();
    const store = memorySessionStore();
    for (const session of [{ coherent: true }, { staleSeconds: 5 }]) {
      expect(() => createSallyport({ session: { ...session, store }, environment })).toThrow(InvalidOptionError);
      const inMemory = createSallyport({ redis: 'memory', session, environment });
      expect((await inMemory.sessions.create()).userId).toBeUndefined();
      await inMemory.close();
    }
    await store.close();
    expect(() => createSallyport({ redis: 'memory', session: { coherent: { leaseMs: 1 } }, environment })).toThrow(
      /session.coherent.leaseMs/,
    );
  });

  it('leaves sessions of a plain store as they are', async () => {
    const { store, redis } = await openServerHere();
    const plain = redisSessionStore(redis);
    const key = newSessionId('7');
    await plain.create(key, newRecord({ idleMs: 60_000 }));
    await warm(store, key);
    const found = await plain.read(key, { renew: true });
    expect(found.status === 'live' && found.record.idleMs).toBe(60_000);
  });
});

async function scriptsRun(): Promise<number> {
  const stats = await askRedis(['INFO', 'commandstats'], { port: server.port });
  const calls = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}
