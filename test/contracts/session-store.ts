import type { SessionKey, SessionStore } from 'sallyport/sessions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSessionId } from '../../src/sessions/session-id.ts';
import type { NewSessionRecord } from '../../src/sessions/store.ts';

/** A store under test together with a way to let its time pass. */
export interface SessionStoreSubject {
  readonly store: SessionStore;
  /** Lets time pass on the store's clock: at once on a replaceable clock, really on a server's. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

const record = (over: Partial<NewSessionRecord> = {}): NewSessionRecord => ({
  idleMs: 60_000,
  absoluteMs: undefined,
  data: new Map(),
  ...over,
});

/** What every session store promises. Runs on memory and on Redis through every client, layout and codec. */
export function describeSessionStore(
  name: string,
  make: () => Promise<SessionStoreSubject>,
  { realTime = false }: { readonly realTime?: boolean } = {},
): void {
  // On a server's own clock the waits of the tests overlap; on a replaceable clock they would move each other's time.
  const suite = realTime ? describe.concurrent : describe;
  suite(`session store contract: ${name}`, () => {
    let subject: SessionStoreSubject;
    let store: SessionStore;
    const tombstoneMs = 60_000;
    const raw = (value: unknown) => store.codec.encode(value);
    const change = (over: object) => ({ set: new Map(), remove: [], maxDataBytes: 4_096, ...over });

    beforeAll(async () => {
      subject = await make();
      store = subject.store;
    });
    afterAll(() => subject.close());

    const live = async (key: SessionKey, renew = false) => {
      const found = await store.read(key, { renew });
      if (found.status !== 'live') throw new Error(`expected a live session, found ${found.status}`);
      return found.record;
    };
    const values = async (key: SessionKey) =>
      Object.fromEntries([...(await live(key)).data].map(([field, value]) => [field, store.codec.decode(value)]));

    it('gives back what was created, to every reader', async () => {
      const id = newSessionId('user-1');
      const userAgent = `Mozilla/5.0 ${'x'.repeat(200)}`;
      const created = await store.create(
        id,
        record({
          userId: 'user-1',
          username: 'Zoë 张',
          role: 'admin',
          ipAddress: '192.0.2.7',
          userAgent,
          afterEnd: 'evicted',
          data: new Map([['cart', raw([{ sku: 'a', n: 2 }])]]),
        }),
      );
      const read = await live(id);
      expect(read).toMatchObject({
        userId: 'user-1',
        username: 'Zoë 张',
        role: 'admin',
        ipAddress: '192.0.2.7',
        userAgent,
        afterEnd: 'evicted',
      });
      expect(read.loginTime).toBe(created.createdAt);
      expect(read.lastAccess).toBe(created.createdAt);
      expect(Math.abs(read.expiresAt - created.expiresAt)).toBeLessThan(50);
      expect(await values(id)).toEqual({ cart: [{ sku: 'a', n: 2 }] });
    });

    it('keeps every kind of value as it was', async () => {
      const id = newSessionId(undefined);
      const given = {
        empty: [],
        none: {},
        zero: 0,
        no: false,
        nothing: null,
        text: '',
        deep: { a: [{ b: [1.5, -2] }] },
        big: 2 ** 53,
      };
      await store.create(
        id,
        record({ data: new Map(Object.entries(given).map(([field, value]) => [field, raw(value)])) }),
      );
      expect(await values(id)).toEqual(given);
      expect((await live(id)).userId).toBeUndefined();
      expect((await live(id)).loginTime).toBeUndefined();
    });

    it('answers missing for an id it never saw, and changes nothing there', async () => {
      const id = newSessionId('user-2');
      expect(await store.read(id, { renew: true })).toEqual({ status: 'missing' });
      expect(await store.change(id, change({ set: new Map([['a', raw(1)]]) }))).toEqual({ status: 'missing' });
      expect(await store.rotate(id, { ...newSessionId('user-2'), tag: id.tag }, { tombstoneMs })).toBe('missing');
      expect(await store.end(id, { reason: 'logout', tombstoneMs })).toBeUndefined();
      expect(await store.read(id, { renew: false })).toEqual({ status: 'missing' });
    });

    it('changes only the named fields', async () => {
      const id = newSessionId('user-3');
      await store.create(
        id,
        record({
          data: new Map([
            ['a', raw(1)],
            ['b', raw(2)],
          ]),
        }),
      );
      expect(await store.change(id, change({ set: new Map([['c', raw(3)]]), remove: ['a'] }))).toEqual({
        status: 'changed',
      });
      expect(await values(id)).toEqual({ b: 2, c: 3 });
    });

    it('keeps all of twenty parallel writes to twenty fields', async () => {
      const id = newSessionId('user-4');
      await store.create(id, record());
      const fields = Array.from({ length: 20 }, (_, index) => `field${index}`);
      await Promise.all(fields.map((field) => store.change(id, change({ set: new Map([[field, raw(field)]]) }))));
      expect(Object.keys(await values(id)).sort()).toEqual([...fields].sort());
    });

    it('applies a conditional change only on the value that was read, and tells the newer one', async () => {
      const id = newSessionId('user-5');
      await store.create(id, record());
      const set = (value: number) => new Map([['n', raw(value)]]);
      expect(await store.change(id, change({ set: set(1), expect: { field: 'n', value: undefined } }))).toEqual({
        status: 'changed',
      });
      const absent = await store.change(id, change({ set: set(9), expect: { field: 'n', value: undefined } }));
      expect(absent).toEqual({ status: 'conflict', value: raw(1) });
      expect(await store.change(id, change({ set: set(2), expect: { field: 'n', value: raw(1) } }))).toEqual({
        status: 'changed',
      });
      expect(await store.change(id, change({ set: set(9), expect: { field: 'n', value: raw(1) } }))).toEqual({
        status: 'conflict',
        value: raw(2),
      });
      await store.change(id, change({ remove: ['n'] }));
      expect(await store.change(id, change({ set: set(9), expect: { field: 'n', value: raw(2) } }))).toEqual({
        status: 'conflict',
        value: undefined,
      });
      expect(await values(id)).toEqual({});
    });

    it('lets exactly one of twenty racing conditional changes win', async () => {
      const id = newSessionId('user-6');
      await store.create(id, record());
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.change(id, change({ set: new Map([['n', raw(index)]]), expect: { field: 'n', value: undefined } })),
        ),
      );
      expect(results.filter(({ status }) => status === 'changed')).toHaveLength(1);
    });

    it('refuses a change that would exceed the limit, whole, and still lets the data shrink', async () => {
      const id = newSessionId('user-7');
      const big = raw('x'.repeat(90));
      await store.create(
        id,
        record({
          data: new Map([
            ['big', big],
            ['old', raw('y')],
          ]),
        }),
      );
      const refused = await store.change(
        id,
        change({
          set: new Map([
            ['a', raw(1)],
            ['more', raw('x'.repeat(50))],
          ]),
          remove: ['old'],
          maxDataBytes: 100,
        }),
      );
      expect(refused.status).toBe('too-large');
      expect(refused).toHaveProperty(
        'sizeBytes',
        3 + Buffer.byteLength(big) + 1 + Buffer.byteLength(raw(1)) + 4 + Buffer.byteLength(raw('x'.repeat(50))),
      );
      expect(Object.keys(await values(id)).sort()).toEqual(['big', 'old']);
      const smaller = await store.change(id, change({ set: new Map([['big', raw('x')]]), maxDataBytes: 20 }));
      expect(smaller).toEqual({ status: 'changed' });
      const counted = await store.change(
        id,
        change({ set: new Map([['old', raw('yyyyyyyyyyyy')]]), maxDataBytes: 20 }),
      );
      expect(counted.status).toBe('too-large');
    });

    it('ends a session for everyone, with the reason, and never brings it back', async () => {
      const id = newSessionId('user-8');
      await store.create(id, record({ userId: 'user-8' }));
      expect(await store.end(id, { reason: 'logout', tombstoneMs })).toEqual({ data: new Map() });
      expect(await store.end(id, { reason: 'again', tombstoneMs })).toBeUndefined();
      expect(await store.read(id, { renew: true })).toEqual({ status: 'ended', reason: 'logout' });
      expect(await store.change(id, change({ set: new Map([['a', raw(1)]]) }))).toEqual({
        status: 'ended',
        reason: 'logout',
      });
      expect(await store.rotate(id, { ...newSessionId('user-8'), tag: id.tag }, { tombstoneMs })).toBe('ended');
      expect(await store.read(id, { renew: true })).toEqual({ status: 'ended', reason: 'logout' });
    });

    it('gives what a session held to who ends it, with every write that was answered', async () => {
      const id = newSessionId('user-17');
      await store.create(id, record({ userId: 'user-17', userAgent: 'a browser', data: new Map([['gone', raw(0)]]) }));
      await store.change(id, change({ remove: ['gone'] }));
      const answered = new Set<string>();
      const writes = Array.from({ length: 30 }, async (_, index) => {
        const field = `field${index}`;
        const { status } = await store.change(id, change({ set: new Map([[field, raw({ index })]]) }));
        if (status === 'changed') answered.add(field);
      });
      await Promise.race(writes);
      const ends = await Promise.all([1, 2].map(() => store.end(id, { reason: 'rotated', tombstoneMs })));
      await Promise.all(writes);
      const held = ends.filter((end) => end !== undefined);
      expect(held).toHaveLength(1);
      const data = held[0]!.data!;
      expect(new Set(data.keys())).toEqual(answered);
      const [field = ''] = answered;
      expect(store.codec.decode(data.get(field)!)).toEqual({ index: Number(field.slice(5)) });
    });

    it('forgets why a session ended after the tombstone time', async () => {
      const id = newSessionId('user-9');
      await store.create(id, record());
      await store.end(id, { reason: 'logout', tombstoneMs: 80 });
      await subject.advance(120);
      expect(await store.read(id, { renew: true })).toEqual({ status: 'missing' });
    });

    it('moves a session to a new id with its data, its expiry and its new role', async () => {
      const id = newSessionId('user-10');
      const next = { ...newSessionId('user-10'), tag: id.tag };
      await store.create(id, record({ userId: 'user-10', role: 'user', data: new Map([['a', raw(1)]]) }));
      const before = await live(id);
      expect(await store.rotate(id, next, { role: 'admin', tombstoneMs })).toBe('rotated');
      expect(await store.read(id, { renew: true })).toEqual({ status: 'ended', reason: 'rotated' });
      const after = await live(next);
      expect(after).toMatchObject({ userId: 'user-10', role: 'admin', createdAt: before.createdAt });
      expect(Math.abs(after.expiresAt - before.expiresAt)).toBeLessThan(100);
      expect(await values(next)).toEqual({ a: 1 });
    });

    it('lets one of two racing rotations win', async () => {
      const id = newSessionId('user-11');
      await store.create(id, record());
      const targets = [newSessionId('user-11'), newSessionId('user-11')].map((next) => ({ ...next, tag: id.tag }));
      const outcomes = await Promise.all(targets.map((next) => store.rotate(id, next, { tombstoneMs })));
      expect(outcomes.sort()).toEqual(['ended', 'rotated']);
      const found = await Promise.all(targets.map((next) => store.read(next, { renew: false })));
      expect(found.map(({ status }) => status).sort()).toEqual(['live', 'missing']);
    });

    it('slides: each renewed read starts the idle time anew, a plain read does not', async () => {
      const id = newSessionId('user-12');
      await store.create(id, record({ idleMs: 600 }));
      for (let access = 0; access < 3; access++) {
        await subject.advance(300);
        const { lastAccess, expiresAt } = await live(id, true);
        expect(expiresAt - lastAccess).toBe(600);
      }
      await subject.advance(300);
      await live(id);
      await subject.advance(400);
      expect(await store.read(id, { renew: true })).toEqual({ status: 'missing' });
      expect(await store.change(id, change({ set: new Map([['a', raw(1)]]) }))).toEqual({ status: 'missing' });
    });

    it('a change does not prolong a session', async () => {
      const id = newSessionId('user-13');
      await store.create(id, record({ idleMs: 300 }));
      await subject.advance(200);
      await store.change(id, change({ set: new Map([['a', raw(1)]]) }));
      await subject.advance(150);
      expect(await store.read(id, { renew: true })).toEqual({ status: 'missing' });
    });

    it('ends at the absolute limit however active it is', async () => {
      const id = newSessionId('user-14');
      const { createdAt } = await store.create(id, record({ idleMs: 400, absoluteMs: 500 }));
      await subject.advance(250);
      expect((await live(id, true)).expiresAt).toBe(createdAt + 500);
      await subject.advance(300);
      expect(await store.read(id, { renew: true })).toEqual({ status: 'missing' });
    });

    it('fixed expiry: reads never prolong it', async () => {
      const id = newSessionId('user-15');
      await store.create(id, record({ idleMs: undefined, absoluteMs: 400 }));
      await subject.advance(250);
      await live(id, true);
      await subject.advance(200);
      expect(await store.read(id, { renew: true })).toEqual({ status: 'missing' });
    });

    it('a session without idle time or with a very long one stays', async () => {
      const id = newSessionId('user-16');
      const { createdAt, expiresAt } = await store.create(
        id,
        record({ idleMs: 31_536_000_000, absoluteMs: 31_536_000_000 }),
      );
      expect(expiresAt - createdAt).toBe(31_536_000_000);
      expect((await live(id, true)).expiresAt).toBe(createdAt + 31_536_000_000);
    });
  });
}
