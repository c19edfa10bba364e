import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { InvalidOptionError } from 'sallyport';
import type { RedisPort } from 'sallyport/redis';
import {
  createSessions,
  memorySessionStore,
  redisSessionStore,
  SessionDataTooLargeError,
  SessionEndedError,
  SessionIdentityError,
  SessionNotFoundError,
  SessionNotSerialisableError,
  type Sessions,
  SessionUndecodableError,
} from 'sallyport/sessions';
import { binaryCodec } from 'sallyport/sessions/binary';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../manual-clock.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';

interface Fields {
  cart: string[];
  theme: string;
  views: number;
  anything: unknown;
}

const server = useRedisServer();
let redis: RedisPort;
let closeRedis: () => Promise<void>;
beforeAll(async () => {
  const opened = await redisClients[0]!.open(server.url);
  redis = opened.redis;
  closeRedis = opened.close;
});
afterAll(() => closeRedis());

const stores = [
  { name: 'memory', sessions: () => createSessions<Fields>({ store: memorySessionStore() }) },
  { name: 'redis', sessions: () => createSessions<Fields>({ store: redisSessionStore(redis) }) },
] as const;

async function openLive(sessions: Sessions<Fields>, id: string) {
  const opened = await sessions.open(id);
  if (opened.status !== 'live') throw new Error(`expected a live session, got ${opened.status}`);
  return opened.session;
}

for (const { name, sessions: make } of stores) {
  describe(`sessions on ${name}`, () => {
    it("signs in under a new id, takes the visitor's data along and ends the visitor's id", async () => {
      const sessions = make();
      const visitor = await sessions.create({ data: { cart: ['a'] } });
      const session = await sessions.login(
        visitor,
        { userId: '7', username: 'ada', role: 'user' },
        { ipAddress: '192.0.2.1', userAgent: 'test', data: { theme: 'dark' } },
      );
      expect(session.id).not.toBe(visitor.id);
      const read = await openLive(sessions, session.id);
      expect(read).toMatchObject({
        userId: '7',
        username: 'ada',
        role: 'user',
        ipAddress: '192.0.2.1',
        userAgent: 'test',
      });
      expect(read.data).toEqual({ cart: ['a'], theme: 'dark' });
      expect(await sessions.open(visitor.id)).toEqual({ status: 'ended', reason: 'rotated' });
      await sessions.close();
    });

    it("does not hand one user's data to the next user of the browser", async () => {
      const sessions = make();
      const first = await sessions.login(undefined, { userId: '1' }, { data: { cart: ['secret'] } });
      const second = await sessions.login(first, { userId: '2' });
      expect(second.data).toEqual({});
      expect((await sessions.open(first.id)).status).toBe('ended');
      const again = await sessions.login(second, { userId: '2' }, { data: { theme: 'light' } });
      expect(again.data).toEqual({ theme: 'light' });
      await sessions.close();
    });

    it('gives a new id at a change of privilege, and the old one is worth nothing', async () => {
      const sessions = make();
      const session = await sessions.login(undefined, { userId: '7', role: 'user' }, { data: { theme: 'dark' } });
      const oldId = session.id;
      for (const role of ['', 'x'.repeat(257), 7 as unknown as string]) {
        await expect(session.rotate({ role })).rejects.toThrow(SessionIdentityError);
      }
      await session.rotate({ role: 'admin' });
      expect(session.id).not.toBe(oldId);
      expect(session.role).toBe('admin');
      const read = await openLive(sessions, session.id);
      expect([read.role, read.get('theme')]).toEqual(['admin', 'dark']);
      expect(await sessions.open(oldId)).toEqual({ status: 'ended', reason: 'rotated' });
      await session.set('theme', 'light');
      expect((await openLive(sessions, session.id)).get('theme')).toBe('light');
      await sessions.close();
    });

    it('keeps all of twenty parallel additions to one list', async () => {
      const sessions = make();
      const { id } = await sessions.create();
      const handles = await Promise.all(Array.from({ length: 20 }, () => openLive(sessions, id)));
      await Promise.all(
        handles.map((handle, index) => handle.update('cart', (cart = []) => [...cart, `item${index}`])),
      );
      const kept = (await openLive(sessions, id)).get('cart') ?? [];
      expect([...kept].sort()).toEqual(Array.from({ length: 20 }, (_, index) => `item${index}`).sort());
      await sessions.close();
    });

    it('refuses a write that arrives after logout, and stays logged out', async () => {
      const sessions = make();
      const session = await sessions.login(undefined, { userId: '7' });
      const late = await openLive(sessions, session.id);
      await session.end();
      await expect(late.set('theme', 'dark')).rejects.toThrow(SessionEndedError);
      await expect(late.update('views', (views = 0) => views + 1)).rejects.toThrow(SessionEndedError);
      await expect(late.rotate()).rejects.toThrow(SessionEndedError);
      await late.end();
      expect(await sessions.open(session.id)).toEqual({ status: 'ended', reason: 'logout' });
      await sessions.close();
    });

    it('refuses data that would not come back the same, naming the place, and stores nothing', async () => {
      const sessions = make();
      const session = await sessions.create({ data: { theme: 'dark' } });
      const cycle: Record<string, unknown> = {};
      cycle.self = cycle;
      const bad: [unknown, string][] = [
        [() => 1, 'anything'],
        [Symbol('x'), 'anything'],
        [10n, 'anything'],
        [Number.NaN, 'anything'],
        [{ list: [1, { when: new Date() }] }, 'anything.list[1].when'],
        [new Map(), 'anything'],
        [[undefined], 'anything[0]'],
        [Buffer.from('x'), 'anything'],
        [cycle, 'anything.self'],
        [{ toJSON: () => 'x' }, 'anything'],
      ];
      for (const [value, path] of bad) {
        const error = await session.set({ theme: 'lost', anything: value }).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(SessionNotSerialisableError);
        expect((error as SessionNotSerialisableError).path.startsWith(path)).toBe(true);
      }
      expect((await openLive(sessions, session.id)).data).toEqual({ theme: 'dark' });
      await expect(sessions.create({ data: { anything: 1n } })).rejects.toThrow(SessionNotSerialisableError);
      await sessions.close();
    });

    it('refuses data over the limit with advice, and stores nothing', async () => {
      const sessions = make();
      const session = await sessions.create({ data: { theme: 'dark' } });
      const error = await session.set('cart', ['x'.repeat(5_000)]).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SessionDataTooLargeError);
      expect((error as Error).message).toMatch(/5\d\d\d bytes, more than the 4096 allowed.*database/);
      expect((await openLive(sessions, session.id)).data).toEqual({ theme: 'dark' });
      expect(session.data).toEqual({ theme: 'dark' });
      await expect(sessions.create({ data: { cart: ['x'.repeat(5_000)] } })).rejects.toThrow(SessionDataTooLargeError);
      await sessions.close();
    });

    it('takes a value out with remove, and with an undefined value', async () => {
      const sessions = make();
      const session = await sessions.create({ data: { theme: 'dark', views: 1, cart: [] } });
      await session.remove('theme');
      await session.update('views', () => undefined);
      expect((await openLive(sessions, session.id)).data).toEqual({ cart: [] });
      await sessions.close();
    });

    it.each([
      '',
      'x',
      'a.b',
      `${'a'.repeat(11)}.${'b'.repeat(42)}`,
      `${'a'.repeat(11)}.${'b'.repeat(44)}`,
      '{}'.repeat(40),
      '\u0000'.repeat(55),
    ])('treats the id %j as none', async (id) => {
      const sessions = make();
      expect(await sessions.open(id)).toEqual({ status: 'missing' });
      await sessions.close();
    });

    it('prints no id and no data', async () => {
      const sessions = make();
      const session = await sessions.login(undefined, { userId: '7' }, { data: { theme: 'private-theme' } });
      const secret = session.id.split('.')[1] ?? '';
      for (const text of [inspect(session, { depth: 9, showHidden: true }), JSON.stringify(session), String(session)]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain('private-theme');
      }
      await sessions.close();
    });
  });
}

describe('sessions in Redis', () => {
  it('store no id, only its hash, and tag the keys of one user alike', async () => {
    await server.flush();
    const sessions = createSessions<Fields>({ store: redisSessionStore(redis, { namespace: 'shop' }) });
    const first = await sessions.login(undefined, { userId: 'ada' });
    const second = await sessions.login(undefined, { userId: 'ada' });
    const keys = (await redis.command(['KEYS', '*'])) as string[];
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key).toMatch(/^shop:session:\{[\w-]{11}\}:[\w-]{22}$/);
    expect(new Set(keys.map((key) => key.split(':')[2])).size).toBe(1);
    const everything = JSON.stringify([keys, await Promise.all(keys.map((key) => redis.command(['HGETALL', key])))]);
    for (const { id } of [first, second]) expect(everything).not.toContain(id.split('.')[1]);
  });

  it.each([
    ['hash', ['HSET', 'at', 'never']],
    ['hash', ['HSET', 'data.theme', 'jnot json']],
    ['hash', ['HSET', 'data.theme', '\u0009unknown']],
  ] as const)(
    'a damaged record (%s, %j) is a typed error and an event, never a login',
    async (_layout, [command, field, value]) => {
      await server.flush();
      const events: unknown[] = [];
      const listener = (event: unknown) => events.push(event);
      subscribe('sallyport:session.undecodable', listener);
      const sessions = createSessions<Fields>({ store: redisSessionStore(redis) });
      const { id } = await sessions.login(undefined, { userId: 'ada' }, { data: { theme: 'dark' } });
      const [key] = (await redis.command(['KEYS', '*'])) as [string];
      await redis.command([command, key, field, value]);
      const outcome = await sessions.open(id).then(
        (opened) => (opened.status === 'live' ? opened.session : undefined),
        (error: unknown) => error,
      );
      if (field === 'at') {
        expect(outcome).toBeInstanceOf(SessionUndecodableError);
        expect(events).toHaveLength(1);
      } else {
        expect(() => (outcome as { data: unknown }).data).toThrow(SessionUndecodableError);
      }
      unsubscribe('sallyport:session.undecodable', listener);
    },
  );

  it('a record of another layout or codec is a typed error, in both directions', async () => {
    await server.flush();
    const asHash = createSessions<Fields>({ store: redisSessionStore(redis, { layout: 'hash' }) });
    const asString = createSessions<Fields>({ store: redisSessionStore(redis, { layout: 'string' }) });
    const asBinary = createSessions<Fields>({
      store: redisSessionStore(redis, { layout: 'string', codec: binaryCodec }),
    });
    const hashId = (await asHash.create({ data: { theme: 'x' } })).id;
    const stringId = (await asString.create({ data: { theme: 'x' } })).id;
    const binaryId = (await asBinary.create({ data: { theme: 'x' } })).id;
    await expect(asString.open(hashId)).rejects.toThrow(SessionUndecodableError);
    await expect(asHash.open(stringId)).rejects.toThrow(SessionUndecodableError);
    await expect(asString.open(binaryId)).rejects.toThrow(SessionUndecodableError);
    // The binary codec reads JSON, so that an application can change over without logging anyone out.
    expect((await openLive(asBinary, stringId)).get('theme')).toBe('x');
  });

  it('an expired session is missing for reads and for writes', async () => {
    const clock = manualClock();
    const sessions = createSessions<Fields>({
      store: memorySessionStore({ clock }),
      idleTimeoutSeconds: 60,
      absoluteTimeoutSeconds: null,
    });
    const session = await sessions.create();
    clock.advance(60_000);
    expect(await sessions.open(session.id)).toEqual({ status: 'missing' });
    await expect(session.set('theme', 'dark')).rejects.toThrow(SessionNotFoundError);
    await sessions.close();
  });
});

describe('options of sessions', () => {
  it.each([
    [{ idleTimeoutSeconds: 0 }, 'session.idleTimeoutSeconds'],
    [{ idleTimeoutSeconds: Number.NaN }, 'session.idleTimeoutSeconds'],
    [{ idleTimeoutSeconds: '30' as unknown as number }, 'session.idleTimeoutSeconds'],
    [{ absoluteTimeoutSeconds: 1e9 }, 'session.absoluteTimeoutSeconds'],
    [{ idleTimeoutSeconds: null, absoluteTimeoutSeconds: null }, 'session.absoluteTimeoutSeconds'],
    [{ maxDataBytes: 0 }, 'session.maxDataBytes'],
  ])('%j is refused by name', (options, option) => {
    try {
      createSessions(options);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', option });
      return;
    }
    throw new Error('was accepted');
  });

  it.each([
    { userId: '' },
    { userId: 'x'.repeat(257) },
    { userId: 7 as unknown as string },
    { userId: 'a', username: '' },
  ])('the identity %j is refused', async (identity) => {
    const sessions = createSessions();
    await expect(sessions.login(undefined, identity)).rejects.toThrow(SessionIdentityError);
    await sessions.close();
  });
});
