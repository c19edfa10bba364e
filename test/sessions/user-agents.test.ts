import { createDevices } from 'sallyport/devices';
import type { RedisPort } from 'sallyport/redis';
import { createSessions, redisSessionStore } from 'sallyport/sessions';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';

const server = useRedisServer();
const userAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

describe('user agents in Redis', () => {
  let redis: RedisPort;
  let close: () => Promise<void>;
  /** How often Redis was asked through this port. */
  let asked = 0;
  const counted = (): RedisPort => ({
    ...redis,
    run: (...args) => {
      asked++;
      return redis.run(...args);
    },
  });
  beforeAll(async () => {
    ({ redis, close } = await redisClients[0]!.open(server.url, 5_000));
  });
  afterAll(() => close());
  beforeEach(() => server.flush());

  const agentKeys = async () => (await redis.command(['KEYS', '*:user-agent:*'])) as string[];
  const agentOf = async (port: RedisPort, id: string) => {
    const opened = await createSessions({ store: redisSessionStore(port) }).open(id);
    return opened.status === 'live' ? opened.session.userAgent : opened.status;
  };

  it('of a user with many sessions are asked for once', async () => {
    const options = { namespace: 'listed', userIndex: true };
    const sessions = createSessions({ store: redisSessionStore(redis, options), devices: true });
    for (let n = 0; n < 20; n++)
      await sessions.login(undefined, { userId: 'ada' }, { userAgent: `${n % 2} ${userAgent}` });
    const devices = createDevices({ store: redisSessionStore(counted(), options) });
    asked = 0;
    const listed = await devices.list('ada');
    expect(listed.map((device) => device.userAgent).sort()).toEqual(
      [0, 1].flatMap((n) => Array.from({ length: 10 }, () => `${n} ${userAgent}`)),
    );
    expect(asked).toBe(3);
  });

  for (const layout of ['hash', 'string'] as const) {
    it(`are stored once for all sessions, and seen by all servers: ${layout}`, async () => {
      const sessions = createSessions({ store: redisSessionStore(redis, { layout }) });
      const logins = await Promise.all(
        ['1', '2', '3'].map((userId) => sessions.login(undefined, { userId }, { userAgent, ipAddress: '::1' })),
      );
      expect(await agentKeys()).toHaveLength(1);
      const other = createSessions({ store: redisSessionStore(counted(), { layout }) });
      asked = 0;
      for (const { id, userAgent: own } of logins) {
        expect(own).toBe(userAgent);
        const opened = await other.open(id);
        if (opened.status !== 'live') throw new Error(`found ${opened.status}`);
        expect(opened.session.userAgent).toBe(userAgent);
      }
      // The first read asked for the text as well; then a read is one round trip.
      expect(asked).toBe(4);
    });
  }

  it('live longer than the sessions that refer to them, also through renewals by a server that knows the text', async () => {
    const sessions = createSessions({ store: redisSessionStore(redis), idleTimeoutSeconds: 86_400 });
    const { id } = await sessions.login(undefined, { userId: '1' }, { userAgent });
    const [key = ''] = await agentKeys();
    const restMs = async () => Number(await redis.command(['PTTL', key]));
    expect(await restMs()).toBeGreaterThan(43_200_000);
    await redis.command(['PEXPIRE', key, '1000']);
    expect(await agentOf(redis, id)).toBe(userAgent);
    expect(await restMs()).toBeGreaterThan(43_200_000 - 10_000);
    const brief = createSessions({ store: redisSessionStore(redis), idleTimeoutSeconds: 60 });
    await brief.login(undefined, { userId: '2' }, { userAgent });
    expect(await restMs()).toBeGreaterThan(43_200_000 - 10_000);
  });

  it('are missing, and nothing else is, when Redis has lost them', async () => {
    const sessions = createSessions({ store: redisSessionStore(redis) });
    const { id } = await sessions.login(undefined, { userId: '1' }, { userAgent });
    await redis.command(['DEL', ...(await agentKeys())]);
    expect(await agentOf(redis, id)).toBeUndefined();
    await sessions.login(undefined, { userId: '1' }, { userAgent });
    expect(await agentOf(redis, id)).toBe(userAgent);
  });

  it('cost a small session little: at most 300 bytes, and 480 with the list of its user', async () => {
    const usedBytes = async () => {
      const [, used] = /used_memory:(\d+)/.exec(String(await redis.command(['INFO', 'memory']))) ?? [];
      return Number(used);
    };
    for (const [userIndex, mostBytes] of [
      [false, 300],
      [true, 480],
    ] as const) {
      await server.flush();
      const sessions = createSessions({
        store: redisSessionStore(redis, { userIndex }),
        ...(userIndex ? { devices: true as const } : {}),
      });
      const count = 4_000;
      const fill = async (from: number, to: number) => {
        for (let user = from; user < to; user += 200) {
          const batch = Array.from({ length: 200 }, (_, n) => user + n);
          await Promise.all(
            batch.map((n) =>
              sessions.login(undefined, { userId: String(n) }, { userAgent, ipAddress: `198.51.100.${n % 256}` }),
            ),
          );
        }
      };
      // Buffers, and a table of keys that is as full as it will be.
      await fill(100_000, 100_000 + count);
      const before = await usedBytes();
      await fill(200_000, 200_000 + count);
      const bytesPerSession = ((await usedBytes()) - before) / count;
      expect(bytesPerSession).toBeGreaterThan(150);
      expect(bytesPerSession).toBeLessThanOrEqual(mostBytes);
    }
  });
});
