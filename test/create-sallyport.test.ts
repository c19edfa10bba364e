import { askRedis } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { createSallyport, InvalidOptionError } from 'sallyport';
import { connectRedis } from 'sallyport/redis';
import { describe, expect, it } from 'vitest';
import { useRedisServer } from './redis-server.ts';

const server = useRedisServer();
const secret = 'a secret of at least thirty-two bytes, for tests';

function warnings(run: () => void): Promise<string[]> {
  const seen: string[] = [];
  const listener = (warning: Error & { code?: string }) => {
    if (warning.code?.startsWith('SALLYPORT_')) seen.push(warning.message);
  };
  process.on('warning', listener);
  run();
  // Node reports warnings on a later turn of the event loop.
  return new Promise((resolve) =>
    setImmediate(() => {
      process.off('warning', listener);
      resolve(seen);
    }),
  );
}

describe('createSallyport', () => {
  it('works at once, in memory, with nothing configured', async () => {
    const sallyport = createSallyport({ environment: {} });
    const session = await sallyport.sessions.login(undefined, { userId: '1' });
    expect((await sallyport.sessions.open(session.id)).status).toBe('live');
    expect(sallyport.redis).toBeUndefined();
    await sallyport.close();
  });

  it('leaves nothing open behind an option that is refused', async () => {
    const clients = async () =>
      Number(/connected_clients:(\d+)/.exec(await askRedis(['INFO', 'clients'], server))?.[1]);
    const before = await clients();
    const options = { redis: server.url, environment: {} };
    const coherent = { coherent: true };
    expect(() => createSallyport({ ...options, session: { ...coherent, maxDataBytes: 0 } })).toThrow(
      InvalidOptionError,
    );
    expect(() => createSallyport({ ...options, session: coherent, token: { keys: [] } })).toThrow(InvalidOptionError);
    expect(() => createSallyport({ ...options, presence: { offlineAfterSeconds: -1 } })).toThrow(InvalidOptionError);
    // Long enough for what was begun to have come.
    const other = createSallyport({ ...options, session: coherent });
    const session = await other.sessions.login(undefined, { userId: '1' });
    await expect
      .poll(async () => (await other.sessions.open(session.id)) && other.sessions.openCached(session.id))
      .toBeDefined();
    await other.close();
    await expect.poll(clients).toBe(before);
  });

  it('takes the usual settings from the environment, and options win', async () => {
    const environment = {
      REDIS_URL: 'redis://127.0.0.1:1',
      SALLYPORT_REDIS_URL: server.url,
      SALLYPORT_NAMESPACE: 'shop',
      SALLYPORT_SESSION_IDLE_SECONDS: '60',
      SALLYPORT_SESSION_ABSOLUTE_SECONDS: '3600',
      SALLYPORT_TOKEN_SECRET: secret,
    };
    const sallyport = createSallyport({ environment });
    const session = await sallyport.sessions.create();
    expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBe(60_000);
    expect(await sallyport.redis?.command(['KEYS', 'shop:session:*'])).toHaveLength(1);
    const { claims } = await sallyport.tokens.issue({ sub: '1' });
    expect([claims.iss, claims.aud]).toEqual(['shop', 'shop']);
    await sallyport.close();
    const other = createSallyport({ environment, namespace: 'other', session: { idleTimeoutSeconds: 30 } });
    const second = await other.sessions.create();
    expect(second.expiresAt.getTime() - second.createdAt.getTime()).toBe(30_000);
    expect(await other.redis?.command(['KEYS', 'other:*'])).toHaveLength(1);
    await other.close();
  });

  it.each([
    [
      'ioredis',
      async () => {
        const client = new Redis(server.url);
        return { client, usable: async () => (await client.ping()) === 'PONG', quit: async () => client.disconnect() };
      },
    ],
    [
      'node-redis',
      async () => {
        const client = createClient({ url: server.url });
        await client.connect();
        return { client, usable: async () => (await client.ping()) === 'PONG', quit: async () => client.destroy() };
      },
    ],
    [
      'a port',
      async () => {
        const client = connectRedis(server.url);
        return { client, usable: async () => (await client.command(['PING'])) === 'PONG', quit: () => client.close() };
      },
    ],
  ] as const)('uses a client of the application, %s, and leaves it open', async (_name, make) => {
    const { client, usable, quit } = await make();
    const sallyport = createSallyport({ redis: client as never, environment: {} });
    const session = await sallyport.sessions.create();
    expect((await sallyport.sessions.open(session.id)).status).toBe('live');
    await sallyport.close();
    expect(await usable()).toBe(true);
    await quit();
  });

  it('warns once in production without a shared store, unless memory was chosen by name', async () => {
    const said = await warnings(() => createSallyport({ environment: { NODE_ENV: 'production' } }));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('REDIS_URL');
    expect(await warnings(() => createSallyport({ redis: 'memory', environment: { NODE_ENV: 'production' } }))).toEqual(
      [],
    );
    expect(await warnings(() => createSallyport({ environment: {} }))).toEqual([]);
  });

  it.each([
    [{ redis: 'http://secret-host' }, 'redis'],
    [{ redis: 7 as unknown as string }, 'redis'],
    [{ redis: {} as unknown as string }, 'redis'],
    [{ redis: 'redis://localhost', deadlineMs: 1 }, 'redis.deadlineMs'],
    [{ namespace: 'a:b' }, 'namespace'],
    [{ namespace: '{x}' }, 'namespace'],
    [{ session: { cookie: { name: 'a b' } } }, 'session.cookie.name'],
    [{ session: { cookie: { sameSite: 'none', allowInsecure: true } } }, 'session.cookie.sameSite'],
    [{ session: { cookie: { maxAgeSeconds: 0 } } }, 'session.cookie.maxAgeSeconds'],
    [{ session: { idleTimeoutSeconds: -1 } }, 'session.idleTimeoutSeconds'],
    [{ redis: 'redis://localhost', session: { layout: 'list' as 'hash' } }, 'session.layout'],
    [{ environment: { SALLYPORT_SESSION_IDLE_SECONDS: 'half an hour' } }, 'SALLYPORT_SESSION_IDLE_SECONDS'],
    [{ environment: { SALLYPORT_REDIS_URL: 'nonsense' } }, 'redis'],
  ] as const)('refuses %j while it is made, by name', (options, option) => {
    try {
      createSallyport({ environment: {}, ...options } as never);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(error).toMatchObject({ option });
      expect((error as Error).message).not.toContain('secret-');
      return;
    }
    throw new Error('was accepted');
  });

  it('says what is missing when tokens were not configured', async () => {
    const sallyport = createSallyport({ environment: {} });
    expect(() => sallyport.tokens).toThrow(/SALLYPORT_TOKEN_SECRET/);
    await sallyport.close();
  });

  it('refuses a token secret that is too short without showing it', () => {
    expect(() => createSallyport({ environment: { SALLYPORT_TOKEN_SECRET: 'short-secret' } })).toThrow(
      InvalidOptionError,
    );
    try {
      createSallyport({ environment: { SALLYPORT_TOKEN_SECRET: 'short-secret' } });
    } catch (error) {
      expect((error as Error).message).not.toContain('short-secret');
    }
  });
});
