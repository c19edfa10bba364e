/**
 * What a session store must, should and may do by express-session's README ("Session Store Implementation"), and what
 * ours promise beside that.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type RedisCluster, startRedisCluster } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { InvalidOptionError } from 'sallyport';
import { SallyportStore } from 'sallyport/compat/express-session';
import { fromIoredis, type RedisPort } from 'sallyport/redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { places, promised, type Store, type StoredCookie, stores } from './compat-stores.ts';

const server = useRedisServer();
let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster({ masters: 3 });
}, 60_000);
afterAll(() => cluster?.stop());

const inAnHour = (): StoredCookie => ({ expires: new Date(Date.now() + 3_600_000), originalMaxAge: 3_600_000 });
let numbers = 0;
const newSid = () => `sid-${++numbers}-of-this-test`;

for (const { library, make } of stores) {
  describe.each(places)(`the store for ${library} on $place`, ({ open }) => {
    let place: Awaited<ReturnType<typeof open>>;
    let store: Store;
    beforeAll(async () => {
      place = await open({ url: server.url, clusterUrl: cluster.url });
      store = makeStore();
    });
    afterAll(async () => {
      await store.close();
      await place.close();
    });
    const makeStore = () =>
      make({
        ...(place.redis === undefined ? {} : { redis: place.redis }),
        namespace: `test-${++numbers}`,
        userId: (session) => session.user,
      });
    const use = () => promised(store);

    describe('required', () => {
      it('get: no session and no error for an id nobody knows', async () => {
        expect(await use().get(newSid())).toBeNull();
      });

      it('set and get: the same data, and dates of the cookie as dates', async () => {
        const sid = newSid();
        const cookie = { ...inAnHour(), httpOnly: true, path: '/', domain: null, secure: false, sameSite: 'lax' };
        const session = { cookie, views: 3, cart: [{ id: 1, name: 'Füße' }], none: null, nested: { empty: [] } };
        await use().set(sid, session);
        const found = await use().get(sid);
        expect(found).toEqual(session);
        expect(found?.cookie.expires).toBeInstanceOf(Date);
      });

      it('set: keeps what JSON keeps, a field named __proto__ is data', async () => {
        const sid = newSid();
        const session = JSON.parse('{"__proto__":{"polluted":true},"when":0}');
        await use().set(sid, Object.assign(session, { cookie: inAnHour(), when: new Date(0), gone: undefined }));
        const found = await use().get(sid);
        expect(Object.keys(found ?? {}).sort()).toEqual(['__proto__', 'cookie', 'when']);
        expect(found?.when).toBe('1970-01-01T00:00:00.000Z');
        expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      });

      it('set: replaces what another object of that id had stored', async () => {
        const sid = newSid();
        await use().set(sid, { cookie: inAnHour(), a: 1, b: 2 });
        await use().set(sid, { cookie: inAnHour(), b: 3 });
        expect(await use().get(sid)).toMatchObject({ b: 3 });
        expect(await use().get(sid)).not.toHaveProperty('a');
      });

      it('set: an error and nothing stored for what JSON cannot hold', async () => {
        const sid = newSid();
        const cycle: Record<string, unknown> = {};
        cycle.self = cycle;
        for (const value of [cycle, 1n]) {
          const error = await use()
            .set(sid, { cookie: inAnHour(), fine: 1, value })
            .catch((thrown) => thrown);
          expect(error).toMatchObject({ code: 'ERR_SESSION_NOT_SERIALISABLE', path: 'value', status: 422 });
        }
        expect(await use().get(sid)).toBeNull();
      });

      it('destroy: the session is gone, twice does no harm, and the id can be used again', async () => {
        const sid = newSid();
        const session = { cookie: inAnHour(), a: 1 };
        await use().set(sid, session);
        await use().destroy(sid);
        await use().destroy(sid);
        expect(await use().get(sid)).toBeNull();
        await use().set(sid, session);
        expect(await use().get(sid)).toMatchObject({ a: 1 });
      });
    });

    describe('recommended', () => {
      it('touch: makes no session where there is none', async () => {
        const sid = newSid();
        await use().touch(sid, { cookie: inAnHour() });
        expect(await use().get(sid)).toBeNull();
      });
    });

    describe('optional', () => {
      it('all, length and clear', async () => {
        await use().clear();
        expect([await use().length(), await use().all()]).toEqual([0, []]);
        const many = Array.from({ length: 1_200 }, (_, n) => n);
        await Promise.all(many.map((n) => use().set(newSid(), { cookie: inAnHour(), n })));
        const gone = newSid();
        await use().set(gone, { cookie: inAnHour(), n: -1 });
        await use().destroy(gone);
        expect(await use().length()).toBe(1_200);
        const all = (await use().all()) ?? [];
        expect(all.map(({ n }) => n).sort((a, b) => a - b)).toEqual(many);
        await use().clear();
        expect([await use().length(), await use().all()]).toEqual([0, []]);
      });

      it('callbacks may be left out', async () => {
        // Nobody is told when it has cleared all, which is not to be what the next tests store.
        const alone = makeStore();
        const sid = newSid();
        alone.set(sid, { cookie: inAnHour(), a: 1 });
        alone.touch(sid, { cookie: inAnHour() });
        await expect.poll(() => promised(alone).get(sid)).toMatchObject({ a: 1 });
        alone.destroy(sid);
        await expect.poll(() => promised(alone).get(sid)).toBeNull();
        alone.set(newSid(), { cookie: inAnHour(), a: 2 });
        await expect.poll(() => promised(alone).length()).toBe(1);
        alone.clear();
        await expect.poll(() => promised(alone).length()).toBe(0);
        await alone.close();
      });
    });

    describe.concurrent('the time to live', () => {
      it('touch: moves the end and the date, and changes no data', async ({ expect }) => {
        const sid = newSid();
        const cookie = { expires: new Date(Date.now() + 1_500), originalMaxAge: 3_600_000 };
        await use().set(sid, { cookie, a: 1 });
        const later = new Date(Date.now() + 3_600_000);
        await use().touch(sid, { cookie: { ...cookie, expires: later }, a: 2 });
        await new Promise((resolve) => setTimeout(resolve, 1_600));
        expect(await use().get(sid)).toEqual({ cookie: { ...cookie, expires: later }, a: 1 });
      });

      it('a session that ran out stays over, however late a request stores what it had read', async ({ expect }) => {
        const sid = newSid();
        await use().set(sid, { cookie: { expires: new Date(Date.now() + 1_000) }, a: 0 });
        const slow = (await use().get(sid))!;
        await expect.poll(() => use().get(sid), { timeout: 5_000 }).toBeNull();
        await use().set(sid, Object.assign(slow, { cookie: inAnHour(), a: 1 }));
        expect(await use().get(sid)).toBeNull();
      });

      it('a cookie for longer than Redis can count is one for ten years', async ({ expect }) => {
        const sid = newSid();
        await use().set(sid, { cookie: { originalMaxAge: 1e19 }, a: 0 });
        const session = (await use().get(sid))!;
        await use().set(sid, Object.assign(session, { a: 1 }));
        expect(await use().get(sid)).toMatchObject({ a: 1 });
      });

      it('is not shortened by who has not seen that another made it longer', async ({ expect }) => {
        const sid = newSid();
        await use().set(sid, { cookie: { ...inAnHour(), originalMaxAge: 400 } });
        const other = (await use().get(sid))!;
        const remembered = (await use().get(sid))!;
        remembered.cookie = { expires: new Date(Date.now() + 86_400_000), originalMaxAge: 86_400_000 };
        await use().set(sid, remembered);
        other.cookie.expires = new Date(Date.now() + 400);
        await use().touch(sid, other);
        await use().set(sid, Object.assign(other, { a: 1 }));
        await new Promise((resolve) => setTimeout(resolve, 500));
        expect(await use().get(sid)).toMatchObject({ a: 1, cookie: { originalMaxAge: 86_400_000 } });
      });

      it('is the cookie’s; a session that is over is gone, from all and length too', async ({ expect }) => {
        const [byDate, byAge] = [newSid(), newSid()];
        const alone = promised(makeStore());
        await alone.set(byDate, { cookie: { expires: new Date(Date.now() + 1_500) } });
        await alone.set(byAge, { cookie: { originalMaxAge: 1_500 } });
        expect(await alone.length()).toBe(2);
        await expect.poll(() => alone.length(), { interval: 100, timeout: 5_000 }).toBe(0);
        expect([await alone.get(byDate), await alone.get(byAge), await alone.all()]).toEqual([null, null, []]);
      });

      it('a session whose cookie is over is destroyed, not stored', async ({ expect }) => {
        const sid = newSid();
        await use().set(sid, { cookie: inAnHour() });
        await use().set(sid, { cookie: { expires: new Date(Date.now() - 1) } });
        expect(await use().get(sid)).toBeNull();
      });
    });

    it('takes null for a callback, as other stores do', async () => {
      const sid = newSid();
      const none = null as unknown as undefined;
      store.set(sid, { cookie: inAnHour(), a: 1 }, none);
      await expect.poll(() => use().get(sid)).toMatchObject({ a: 1 });
      store.touch(sid, { cookie: inAnHour() }, none);
      store.destroy(sid, none);
      await expect.poll(() => use().get(sid)).toBeNull();
    });

    describe('parallel requests', () => {
      it('keep each other’s fields when each stores what it has read', async () => {
        const sid = newSid();
        await use().set(sid, { cookie: inAnHour(), a: 0, b: 0, c: 0 });
        const [one, other] = [await use().get(sid), await use().get(sid)];
        Object.assign(one!, { a: 1, fresh: [] });
        other!.b = 2;
        delete other!.c;
        await Promise.all([use().set(sid, one!), use().set(sid, other!)]);
        const { cookie: _, ...data } = (await use().get(sid))!;
        expect(data).toEqual({ a: 1, b: 2, fresh: [] });
      });

      it('keep what another wrote when they only read', async () => {
        const sid = newSid();
        await use().set(sid, { cookie: inAnHour(), a: 0 });
        const reader = (await use().get(sid))!;
        const writer = (await use().get(sid))!;
        await use().set(sid, Object.assign(writer, { a: 1 }));
        await use().set(sid, reader);
        expect(await use().get(sid)).toMatchObject({ a: 1 });
      });

      it('of two that change one field, the later wins', async () => {
        const sid = newSid();
        await use().set(sid, { cookie: inAnHour(), cart: [] });
        const [one, other] = [(await use().get(sid))!, (await use().get(sid))!];
        await use().set(sid, Object.assign(one, { cart: ['one'] }));
        await use().set(sid, Object.assign(other, { cart: ['other'] }));
        expect(await use().get(sid)).toMatchObject({ cart: ['other'] });
      });

      it('do not bring a session back that was destroyed, with set or touch', async () => {
        const sid = newSid();
        await use().set(sid, { cookie: inAnHour(), a: 0 });
        const late = (await use().get(sid))!;
        await use().destroy(sid);
        await use().set(sid, Object.assign(late, { a: 1 }));
        await use().touch(sid, late);
        expect(await use().get(sid)).toBeNull();
      });

      it('do not bring sessions back that were cleared', async () => {
        const sid = newSid();
        await use().set(sid, { cookie: inAnHour(), a: 0 });
        const late = (await use().get(sid))!;
        await use().clear();
        await use().set(sid, Object.assign(late, { a: 1 }));
        expect(await use().get(sid)).toBeNull();
      });

      it('store the same object several times, also what was taken out between', async () => {
        const sid = newSid();
        await use().set(sid, { cookie: inAnHour() });
        const session = (await use().get(sid))!;
        for (const step of [{ a: 1 }, { a: 2, b: 1 }]) await use().set(sid, Object.assign(session, step));
        delete session.b;
        await use().set(sid, session);
        const { cookie: _, ...data } = (await use().get(sid))!;
        expect(data).toEqual({ a: 2 });
      });
    });

    describe('users', () => {
      const signIn = async (user: string, more: object = {}) => {
        const sid = newSid();
        await use().set(sid, { cookie: inAnHour(), user, ...more });
        return sid;
      };

      it('have their sessions listed, as long as they are theirs', async () => {
        const user = newSid();
        await signIn(user, { device: 'phone' });
        const laptop = await signIn(user, { device: 'laptop' });
        await signIn(newSid(), { device: 'of another' });
        const devices = async () => (await store.sessionsOfUser(user)).map(({ device }) => device).sort();
        expect(await devices()).toEqual(['laptop', 'phone']);
        const session = (await use().get(laptop))!;
        delete session.user;
        await use().set(laptop, session);
        expect(await devices()).toEqual(['phone']);
      });

      it('can be logged out everywhere, or everywhere else, and nobody else is', async () => {
        const [user, other] = [newSid(), newSid()];
        const [one, two, three] = [await signIn(user), await signIn(user), await signIn(user)];
        const stranger = await signIn(other);
        expect(await store.destroyUser(user, { except: two })).toBe(2);
        expect([await use().get(one), await use().get(three)]).toEqual([null, null]);
        expect(await use().get(two)).toMatchObject({ user });
        expect(await store.destroyUser(user)).toBe(1);
        expect([await use().get(two), await store.sessionsOfUser(user)]).toEqual([null, []]);
        expect(await use().get(stranger)).toMatchObject({ user: other });
      });

      it('may be numbers', async () => {
        const id = 7_000_000 + ++numbers;
        await signIn(id as unknown as string);
        expect(await store.sessionsOfUser(id as unknown as string)).toMatchObject([{ user: id }]);
        expect(await store.destroyUser(id as unknown as string)).toBe(1);
        for (const none of [undefined, null, '']) {
          await expect(store.destroyUser(none as unknown as string)).rejects.toBeInstanceOf(InvalidOptionError);
        }
      });

      it.each([
        ['new sessions', async () => ({ cookie: inAnHour() })],
        [
          'sessions of visitors that were read before',
          async (sid: string) => {
            await use().set(sid, { cookie: inAnHour() });
            return (await use().get(sid))!;
          },
        ],
      ])('are out after a revocation however it falls among parallel logins: %s', async (_, begin) => {
        const user = newSid();
        const sids = Array.from({ length: 30 }, newSid);
        const begun = await Promise.all(sids.map(begin));
        const before = await signIn(user);
        const logins = sids.map((sid, n) => use().set(sid, Object.assign(begun[n]!, { user })));
        await store.destroyUser(user);
        await Promise.all(logins);
        expect(await use().get(before)).toBeNull();
        const live = (await Promise.all(sids.map((sid) => use().get(sid)))).filter((session) => session !== null);
        expect(await store.sessionsOfUser(user)).toHaveLength(live.length);
        expect(await store.destroyUser(user)).toBe(live.length);
        for (const sid of sids) expect(await use().get(sid)).toBeNull();
      });
    });
  });
}

describe('the drop-in stores in Redis', () => {
  let redis: RedisPort;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, close } = await redisClients[0]!.open(server.url));
  });
  afterAll(() => close());

  it('hold no session id, and every key has a time to live', async () => {
    await server.flush();
    for (const { make } of stores) {
      const store = make({ redis, userId: ({ user }) => user });
      await promised(store).set('a-secret-id', { cookie: inAnHour(), user: 'ada' });
      await promised(store).set('another-id', { cookie: {} });
      await promised(store).destroy('a-third-id');
    }
    const keys = (await redis.command(['KEYS', '*'])) as string[];
    expect(keys).toHaveLength(4);
    for (const key of keys) {
      const ms = Number(await redis.command(['PTTL', key]));
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(86_400_000);
      const dump = (await redis.command(['DUMP', key], { reply: 'buffer' })) as Buffer;
      expect(`${key} ${dump.toString('latin1')}`).not.toMatch(/secret-id|another-id|third-id/);
    }
  });

  it('do not bring a destroyed session back when its end has been forgotten', async () => {
    await server.flush();
    for (const { make } of stores) {
      const store = promised(make({ redis }));
      await store.set('long-ago', { cookie: inAnHour(), a: 1 });
      const late = (await store.get('long-ago'))!;
      await store.destroy('long-ago');
      await server.flush();
      await store.set('long-ago', Object.assign(late, { a: 2 }));
      expect(await store.get('long-ago')).toBeNull();
    }
  });

  it('live for the default time when the cookie says nothing', async () => {
    await server.flush();
    const store = stores[0]!.make({ redis, defaultTtlSeconds: 100 });
    await promised(store).set('x', { cookie: { expires: null, originalMaxAge: null } });
    const [key = ''] = (await redis.command(['KEYS', '*'])) as string[];
    expect(Number(await redis.command(['PTTL', key]))).toBeGreaterThan(99_000);
  });

  it('take a damaged record for no session, and tell it', async () => {
    await server.flush();
    const told: unknown[] = [];
    const listener = (message: unknown) => told.push(message);
    subscribe('sallyport:session.undecodable', listener);
    const store = promised(stores[0]!.make({ redis }));
    await store.set('x', { cookie: inAnHour(), a: 1 });
    const [key = ''] = (await redis.command(['KEYS', '*'])) as string[];
    await redis.command(['HSET', key, 'data.a', '{"half":']);
    expect(await store.get('x')).toBeNull();
    unsubscribe('sallyport:session.undecodable', listener);
    expect(told).toHaveLength(1);
  });

  it('find their keys behind the prefix of a client, whatever it is', async () => {
    await server.flush();
    const client = new Redis(server.url, { keyPrefix: 'shop*[1]:' });
    const store = promised(stores[0]!.make({ redis: fromIoredis(client) }));
    await redis.command(['SET', 'shopping1:sallyport:compat:{x}', 'not ours']);
    await store.set('x', { cookie: inAnHour(), a: 1 });
    expect([await store.length(), (await store.all())?.length]).toEqual([1, 1]);
    await store.clear();
    expect(await store.get('x')).toBeNull();
    client.disconnect();
  });

  it('answer within the deadline when Redis is frozen, with 503, and forget nothing', async () => {
    const store = stores[0]!.make({ redis: server.url, deadlineMs: 300 });
    const use = promised(store);
    await use.set('frozen', { cookie: inAnHour(), a: 1, b: 1 });
    const session = (await use.get('frozen'))!;
    await server.freeze();
    const startedAt = performance.now();
    const outcomes = await Promise.allSettled([
      use.get('frozen'),
      use.set('frozen', Object.assign(session, { a: 2 })),
      use.touch('frozen', session),
      use.destroy('another'),
      use.length(),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: { code: 'ERR_REDIS_UNAVAILABLE', status: 503 } });
    }
    await server.thaw();
    // Nobody knows whether the write was carried out: the next one sends it again, with what was taken back since.
    delete session.b;
    await expect.poll(() => use.set('frozen', session).then(() => 'stored', String), { timeout: 5_000 }).toBe('stored');
    const { cookie: _, ...data } = (await use.get('frozen'))!;
    expect(data).toEqual({ a: 2 });
    await store.close();
  });

  it('say so when they are asked for the sessions of a user and list none', async () => {
    const store = new SallyportStore();
    const refusal = { code: 'ERR_INVALID_OPTION', option: 'userId' };
    await expect(store.sessionsOfUser('ada')).rejects.toMatchObject(refusal);
    await expect(store.destroyUser('ada')).rejects.toMatchObject(refusal);
  });

  it('warn when they keep sessions in memory in production', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    vi.stubEnv('NODE_ENV', 'production');
    new SallyportStore();
    vi.unstubAllEnvs();
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('this process only'), {
      type: 'SallyportWarning',
      code: 'SALLYPORT_MEMORY_IN_PRODUCTION',
    });
    warned.mockRestore();
  });

  it.each([
    ['namespace', { namespace: 'with space' }],
    ['defaultTtlSeconds', { defaultTtlSeconds: 0 }],
    ['userId', { userId: 'user' as unknown as () => string }],
    ['redis', { redis: 5 as unknown as string }],
  ])('refuse a bad %s when they are made', (option, options) => {
    expect(() => new SallyportStore(options)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }));
  });
});
