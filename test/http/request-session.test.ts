/** What one request does with its session at the same time. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSallyport } from 'sallyport';
import { type RequestSession, withSession } from 'sallyport/node';
import { type MemorySessionStore, memorySessionStore } from 'sallyport/sessions';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('a request that does two things with its session at once', () => {
  let store: MemorySessionStore;
  let close: () => Promise<void>;
  let origin: string;
  let handle: (session: RequestSession) => Promise<unknown>;

  beforeEach(async () => {
    store = memorySessionStore();
    const slow: MemorySessionStore = {
      ...store,
      // A visitor's session takes longer to make than a user's, so that it would be the last to set its cookie.
      create: async (key, record) => {
        for (let turn = 0; record.userId === undefined && turn < 5; turn++) await nextTurn();
        return store.create(key, record);
      },
    };
    const session = { store: slow, cookie: { allowInsecure: true } };
    const sallyport = createSallyport({ redis: 'memory', environment: {}, session });
    const server = createServer(
      withSession(sallyport, async (request, response) => {
        const settled = await handle(request.session);
        response.end(JSON.stringify({ settled, userId: request.session.userId, data: request.session.data }));
      }),
    ).listen(0);
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = async () => {
      server.close();
      server.closeAllConnections();
      await sallyport.close();
    };
  });
  afterEach(() => close());

  /** Resolves with what the browser would send next, and what a later request sees. */
  async function ask(during: typeof handle, cookie = '') {
    handle = during;
    const answer = await fetch(origin, { headers: { cookie } });
    const cookies = answer.headers.getSetCookie().map((header) => header.split(';')[0] ?? '');
    const json = (await answer.json()) as { settled: unknown; userId?: string; data: object };
    return { ...json, cookies };
  }
  async function next(cookies: readonly string[]) {
    const { userId, data } = await ask(async () => {}, cookies.join('; '));
    return { userId, data };
  }
  const statuses = async (...all: Promise<unknown>[]) => (await Promise.allSettled(all)).map(({ status }) => status);

  it('signs in beside a first write, which goes along, and keeps the cookie of the login', async () => {
    const { cookies } = await ask((session) => Promise.all([session.set('note', 'a'), session.login({ userId: '7' })]));
    expect(cookies).toHaveLength(1);
    expect(await next(cookies)).toEqual({ userId: '7', data: { note: 'a' } });
    expect(store.count()).toBe(1);
  });

  it('writes to the session of a login that was begun before', async () => {
    const { cookies } = await ask((session) =>
      Promise.all([
        session.login({ userId: '7' }),
        session.set('note', 'a'),
        session.update('cart', (cart = []) => [...cart, 'b']),
      ]),
    );
    expect(await next(cookies)).toEqual({ userId: '7', data: { note: 'a', cart: ['b'] } });
    expect(store.count()).toBe(1);
  });

  it('loses no write beside the login of a visitor who has a session, and refuses none', async () => {
    const visitor = await ask((session) => session.set({ note: 'old', other: 'kept' }));
    const { settled, cookies } = await ask(
      (session) =>
        statuses(
          session.update('cart', () => ['before']),
          session.login({ userId: '7' }),
          session.set('any', 'after'),
          session.remove('note'),
        ),
      visitor.cookies.join('; '),
    );
    expect(settled).toEqual(Array(4).fill('fulfilled'));
    expect(await next(cookies)).toEqual({ userId: '7', data: { other: 'kept', cart: ['before'], any: 'after' } });
  });

  it('gives a new id beside a login, and writes beside it', async () => {
    const { settled, cookies } = await ask((session) =>
      statuses(session.login({ userId: '7' }), session.rotate({ role: 'admin' }), session.set('note', 'a')),
    );
    expect(settled).toEqual(Array(3).fill('fulfilled'));
    expect(await next(cookies)).toEqual({ userId: '7', data: { note: 'a' } });
    expect(store.count()).toBe(1);
  });

  it('logs out the session that a first write begins', async () => {
    const { cookies } = await ask((session) => Promise.all([session.set('note', 'a'), session.logout()]));
    expect(await next(cookies)).toEqual({ userId: undefined, data: {} });
    expect(store.count()).toBe(0);
  });

  it('goes on when what was begun first is refused', async () => {
    const write = await ask((session) => statuses(session.set('any', new Map()), session.login({ userId: '7' })));
    expect(write.settled).toEqual(['rejected', 'fulfilled']);
    expect(await next(write.cookies)).toEqual({ userId: '7', data: {} });
    const login = await ask((session) =>
      statuses(session.login({ userId: '' }), session.set('note', 'a'), session.set('other', 'b')),
    );
    expect(login.settled).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(login.cookies).toHaveLength(1);
    expect(await next(login.cookies)).toEqual({ userId: undefined, data: { note: 'a', other: 'b' } });
  });
});
