/** A user's list in Redis, beyond what every store promises. */
import { redisSessionStore } from 'sallyport/sessions';
import { describe, expect, it } from 'vitest';
import { newSessionId } from '../../src/sessions/session-id.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';

const server = useRedisServer();

describe.each(['hash', 'string'] as const)('the list of a user with one session, %s', (layout) => {
  it('ends with it, also after it has got a new id', async () => {
    const { redis, close } = await redisClients[0]!.open(server.url);
    const store = redisSessionStore(redis, { namespace: `one-${layout}`, userIndex: true, layout });
    const id = newSessionId('eva');
    await store.users!.admit(
      id,
      { userId: 'eva', idleMs: undefined, absoluteMs: 1_000, data: new Map() },
      { perUser: undefined, perDeviceType: undefined, whenFull: 'allow', replaces: undefined, tombstoneMs: 100 },
    );
    await store.rotate(id, newSessionId('eva'), { tombstoneMs: 100 });
    const [list = ''] = (await redis.command(['KEYS', `one-${layout}:user:*`])) as string[];
    const left = Number(await redis.command(['PTTL', list]));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(1_000);
    await close();
  });
});

describe('a list without limits', () => {
  it('forgets sessions that ran out, whatever lives before them', async () => {
    const { redis, close } = await redisClients[0]!.open(server.url);
    const { users } = redisSessionStore(redis, { userIndex: true });
    const admit = (idleMs: number) =>
      users!.admit(
        newSessionId('bot'),
        { userId: 'bot', idleMs, absoluteMs: undefined, data: new Map() },
        { perUser: undefined, perDeviceType: undefined, whenFull: 'allow', replaces: undefined, tombstoneMs: 1_000 },
      );
    const keysOf = async (pattern: string) => ((await redis.command(['KEYS', pattern])) as string[]).length;
    for (let oldest = 0; oldest < 20; oldest++) await admit(600_000);
    for (let brief = 0; brief < 400; brief++) await admit(1);
    await until(() => keysOf('*:session:*'), 20);
    for (let later = 0; later < 100; later++) await admit(600_000);
    const [list = ''] = (await redis.command(['KEYS', '*:user:*'])) as string[];
    // 120 live, and few of the others are left: each login looks at sixteen.
    expect(await redis.command(['ZCARD', list])).toBeLessThan(200);
    await close();
  });
});
