/** What a login takes along from the session before it, and what it must not have done when it is refused. */
import {
  coherentSessionStore,
  createSessions,
  memorySessionStore,
  redisSessionStore,
  type Session,
  SessionEndedError,
  type SessionStore,
  type Sessions,
} from 'sallyport/sessions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { useRedisServer } from '../redis-server.ts';
import { heard } from './coherent-subject.ts';

interface Fields {
  cart: string[];
  theme: string;
  note: string;
}

interface Opened {
  readonly store: SessionStore;
  close(): Promise<void>;
}

/** So many that on a cluster some of them lie on another node than the visitor before. */
const users = ['ada', 'bea', 'cem', 'dee'] as const;

function describeLogin(name: string, open: (namespace: string) => Promise<Opened>): void {
  for (const devices of [undefined, true] as const) {
    describe(`a login beside other requests, ${name}, ${devices ? 'listed' : 'not listed'}`, () => {
      let opened: Opened;
      let sessions: Sessions<Fields>;
      beforeAll(async () => {
        opened = await open(devices ? 'listed' : 'plain');
        sessions = createSessions<Fields>({ store: opened.store, ...(devices ? { devices } : {}), maxDataBytes: 200 });
      });
      afterAll(async () => {
        await sessions?.close();
        await opened?.close();
      });

      /** The session as two requests of one browser have it. */
      const twice = async ({ id }: Session<Fields>) => [await live(id), await live(id)] as const;
      const live = async (id: string) => {
        const found = await sessions.open(id);
        if (found.status !== 'live') throw new Error(`found ${found.status}`);
        return found.session;
      };
      const dataOf = async ({ id }: Session<Fields>) => (await live(id)).data;

      it.each(users)('takes along what was written after it had read the session: %s', async (userId) => {
        const visitor = await sessions.create({ data: { cart: ['a'], note: 'old', theme: 'light' } });
        const [login, other] = await twice(visitor);
        await other.update('cart', (cart = []) => [...cart, 'b']);
        await other.remove('note');
        await other.set('theme', 'dark');
        const user = await sessions.login(login, { userId }, { data: { theme: 'own' } });
        const expected = { cart: ['a', 'b'], theme: 'own' };
        expect([user.data, await dataOf(user)]).toEqual([expected, expected]);
        await expect(other.set('theme', 'lost')).rejects.toThrow(SessionEndedError);
      });

      it("takes along what was written to the user's own session, and leaves out what the login itself says", async () => {
        const before = await sessions.login(undefined, { userId: 'eve' }, { data: { cart: ['a'] } });
        const [login, other] = await twice(before);
        await other.set({ note: 'late', theme: 'dark' });
        const details = { data: { theme: undefined } as unknown as Partial<Fields> };
        const again = await sessions.login(login, { userId: 'eve' }, details);
        expect(await dataOf(again)).toEqual({ cart: ['a'], note: 'late' });
      });

      it("takes nothing of another user's session along, also what was written late", async () => {
        const before = await sessions.login(undefined, { userId: 'fay' }, { data: { cart: ['secret'] } });
        const [login, other] = await twice(before);
        await other.set('note', 'secret');
        expect(await dataOf(await sessions.login(login, { userId: 'gil' }))).toEqual({});
      });

      it('loses no answered write of 20 parallel ones, 10 trials', async () => {
        for (let trial = 0; trial < 10; trial++) {
          const visitor = await sessions.create();
          const [login, ...others] = await Promise.all(Array.from({ length: 21 }, () => live(visitor.id)));
          const answered: string[] = [];
          const writes = others.map(async (other, index) => {
            await other.update('cart', (cart = []) => [...cart, `${index}`]);
            answered.push(`${index}`);
          });
          const settled = Promise.allSettled(writes);
          if (trial > 4) await Promise.race(writes);
          const user = await sessions.login(login, { userId: `hal-${trial}` });
          for (const write of await settled) {
            if (write.status === 'rejected') expect(write.reason).toBeInstanceOf(SessionEndedError);
          }
          expect([...((await dataOf(user)).cart ?? [])].sort()).toEqual([...answered].sort());
        }
      });

      it('takes late writes along beyond the limit on data rather than lose them', async () => {
        const visitor = await sessions.create();
        const [login, other] = await twice(visitor);
        await other.set('note', 'x'.repeat(150));
        const user = await sessions.login(login, { userId: 'ida' }, { data: { theme: 'y'.repeat(150) } });
        expect(await dataOf(user)).toEqual({ note: 'x'.repeat(150), theme: 'y'.repeat(150) });
      });

      it('writes once more only when something was written meanwhile', async () => {
        let changes = 0;
        const change: SessionStore['change'] = (...args) => {
          changes++;
          return opened.store.change(...args);
        };
        const counted = createSessions<Fields>({ store: { ...opened.store, change }, ...(devices ? { devices } : {}) });
        const visitor = await sessions.create({ data: { cart: ['a'], note: 'b' } });
        await counted.login(visitor, { userId: 'joe' });
        expect(changes).toBe(0);
      });

      it('tells once that the session before has ended', async () => {
        const visitor = await sessions.create();
        const told = await heard('session.ended', async () => {
          const user = await sessions.login(visitor, { userId: 'kim' });
          await sessions.login(user, { userId: 'kim' });
        });
        expect(told).toEqual([{ reason: 'rotated' }, { userId: 'kim', reason: 'rotated' }]);
      });
    });
  }
}

describeLogin('memory', async () => {
  const store = memorySessionStore();
  return { store, close: () => store.close() };
});

const server = useRedisServer();
const cluster = useRedisCluster();

const kinds: Record<string, (redis: Parameters<typeof redisSessionStore>[0], namespace: string) => SessionStore> = {
  hash: (redis, namespace) => redisSessionStore(redis, { namespace, userIndex: true }),
  string: (redis, namespace) => redisSessionStore(redis, { namespace, layout: 'string', userIndex: true }),
  coherent: (redis, namespace) => coherentSessionStore(redis, { namespace, userIndex: true }),
};

for (const [kind, make] of Object.entries(kinds)) {
  for (const { client, open } of redisClients) {
    describeLogin(`${kind}, ${client}`, async (namespace) => {
      const { redis, close } = await open(server.url);
      return { store: make(redis, `${kind}-${client}-${namespace}`), close };
    });
  }
  for (const { client, open } of clusterClients) {
    describeLogin(`${kind}, Cluster, ${client}`, async (namespace) => {
      const { redis, close } = await open(cluster);
      return { store: make(redis, `${kind}-${client}-${namespace}`), close };
    });
  }
}

describe('a login over a session that was damaged while it was under way', () => {
  it.each([
    ['hash', ['HSET', 'data.note', 'jnot json']],
    ['string', ['APPEND', '?']],
  ] as const)('succeeds, and takes along what it had read: %s', async (layout, [command, ...args]) => {
    const { redis, close } = await redisClients[0]!.open(server.url);
    const namespace = `damaged-${layout}`;
    const sessions = createSessions<Fields>({ store: redisSessionStore(redis, { namespace, layout }) });
    const visitor = await sessions.create({ data: { cart: ['a'], note: 'b' } });
    await (await sessions.login(undefined, { userId: 'lea' })).end();
    const [tag, secret] = visitor.id.split('.');
    const [key = ''] = (await redis.command(['KEYS', `${namespace}:session:{${tag}}:*`])) as string[];
    expect(key).not.toContain(secret);
    await redis.command([command, key, ...args]);
    const user = await sessions.login(visitor, { userId: 'lea' });
    const opened = await sessions.open(user.id);
    if (opened.status !== 'live') throw new Error(`found ${opened.status}`);
    expect(opened.session.data.cart).toEqual(['a']);
    expect(await sessions.open(visitor.id)).toEqual({ status: 'ended', reason: 'rotated' });
    await close();
  });

  it('fails rather than lose a write, when that cannot be stored', async () => {
    const store = memorySessionStore();
    const away = new Error('away');
    const sessions = createSessions<Fields>({ store: { ...store, change: () => Promise.reject(away) } });
    const visitor = await sessions.create();
    const other = await createSessions<Fields>({ store }).open(visitor.id);
    if (other.status !== 'live') throw new Error(`found ${other.status}`);
    await other.session.set('note', 'late');
    await expect(sessions.login(visitor, { userId: 'max' })).rejects.toBe(away);
    await sessions.close();
  });
});
