/** A user's list in Redis, beyond what every store promises. */
import { redisSessionStore } from 'sallyport/sessions';
import { describe, expect, it } from 'vitest';
import { newSessionId } from '../../src/sessions/session-id.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';

const server = useRedisServer();

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
