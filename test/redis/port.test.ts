import { connectRedis, defineScript, type RedisPort, RedisReplyError, RedisUnavailableError } from 'sallyport/redis';
import { describe, expect, it } from 'vitest';
import { startProxy } from '../proxy.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';

const echo = defineScript(new URL('./echo.lua', import.meta.url));
const server = useRedisServer();

/** Asks until Redis answers again; the test's own time limit ends it. */
async function untilAnswered(redis: RedisPort): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    try {
      await redis.command(['PING']);
      return performance.now() - startedAt;
    } catch (error) {
      expect(error).toBeInstanceOf(RedisUnavailableError);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function failure(promise: Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const startedAt = performance.now();
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, ms: performance.now() - startedAt };
}

for (const { client, open } of redisClients) {
  describe(`redis port through ${client}`, () => {
    it('carries text and bytes', async () => {
      const { redis, close } = await open(server.url);
      const bytes = Buffer.from([0, 1, 254, 255]);
      expect(await redis.command(['SET', 'bytes', bytes])).toBe('OK');
      expect(await redis.command(['GET', 'bytes'], { reply: 'buffer' })).toEqual(bytes);
      await redis.command(['SET', 'text', 'Zoë 张']);
      expect(await redis.command(['GET', 'text'])).toBe('Zoë 张');
      expect(await redis.command(['GET', 'nothing'])).toBeNull();
      expect(await redis.command(['HSET', 'hash', 'a', '1', 'b', '2'])).toBe(2);
      expect(await redis.command(['HGETALL', 'hash'])).toEqual(['a', '1', 'b', '2']);
      await close();
    });

    it('carries any number of arguments', async () => {
      const { redis, close } = await open(server.url, 20_000);
      const many = Array.from({ length: 600_000 }, (_, n) => String(n));
      expect(await redis.command(['RPUSH', 'many', ...many])).toBe(many.length);
      expect(await redis.command(['LINDEX', 'many', '-1'], { reply: 'buffer' })).toEqual(Buffer.from('599999'));
      await redis.command(['DEL', 'many']);
      await close();
    }, 30_000);

    it('sends together what is to leave together, once, and goes on by itself', async () => {
      const { redis, close } = await open(server.url);
      let calls = 0;
      const both = await redis.together(() => {
        calls++;
        return Promise.all([redis.run(echo, ['key'], ['a']), redis.command(['INCR', 'together'])]);
      });
      expect([both, calls]).toEqual([[['key', 'a'], 1], 1]);
      expect(redis.together(() => undefined)).toBeUndefined();
      expect(() =>
        redis.together(() => {
          throw new Error('of the caller');
        }),
      ).toThrow('of the caller');
      // Nothing is held back after it.
      expect(await redis.command(['INCR', 'together'])).toBe(2);
      await redis.command(['DEL', 'together']);
      await close();
    });

    it('runs scripts, also on a server that forgot them', async () => {
      const { redis, close } = await open(server.url);
      expect(await redis.run(echo, ['key'], ['argument'])).toEqual(['key', 'argument']);
      await redis.command(['SCRIPT', 'FLUSH']);
      const answers = await Promise.all([1, 2, 3].map((n) => redis.run(echo, ['key'], [String(n)])));
      expect(answers).toEqual([
        ['key', '1'],
        ['key', '2'],
        ['key', '3'],
      ]);
      expect(await redis.run(echo, ['key'], ['argument'], { reply: 'buffer' })).toEqual([
        Buffer.from('key'),
        Buffer.from('argument'),
      ]);
      await close();
    });

    it('tells a refusal of the server from an outage, and repeats no argument', async () => {
      const { redis, close } = await open(server.url);
      await redis.command(['SET', 'string', 'x']);
      const wrongType = await failure(redis.command(['HGET', 'string', 'secret-field']));
      expect(wrongType.error).toBeInstanceOf(RedisReplyError);
      expect(wrongType.error).toMatchObject({ code: 'ERR_REDIS_REPLY', reply: 'WRONGTYPE' });
      const unknown = await failure(redis.command(['NOSUCHCOMMAND', 'secret-argument']));
      expect(unknown.error).toBeInstanceOf(RedisReplyError);
      for (const { error } of [wrongType, unknown]) {
        const { inspect } = await import('node:util');
        expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret-');
      }
      await close();
    });

    it('answers within the deadline while the server is frozen, then at once, and recovers when it thaws', async () => {
      const { redis, close } = await open(server.url, 300);
      await redis.command(['PING']);
      await server.freeze();
      const first = await Promise.all(Array.from({ length: 50 }, () => failure(redis.command(['INCR', 'n']))));
      for (const { error } of first) expect(error).toBeInstanceOf(RedisUnavailableError);
      const longest = Math.max(...first.map(({ ms }) => ms));
      expect(longest).toBeGreaterThan(200);
      expect(longest).toBeLessThan(1_500);
      const later = await failure(redis.command(['PING']));
      expect(later.error).toBeInstanceOf(RedisUnavailableError);
      expect(later.ms).toBeLessThan(250);
      await server.thaw();
      await untilAnswered(redis);
      expect(await redis.command(['PING'])).toBe('PONG');
      await close();
    });

    it('fails fast while the server is dead and recovers by itself', async () => {
      const { redis, close } = await open(server.url, 300);
      await redis.command(['PING']);
      await server.kill();
      const first = await failure(redis.command(['PING']));
      expect(first.error).toBeInstanceOf(RedisUnavailableError);
      expect(first.ms).toBeLessThan(1_500);
      await new Promise((resolve) => setTimeout(resolve, 350));
      const later = await failure(redis.command(['PING']));
      expect(later.error).toMatchObject({ code: 'ERR_REDIS_UNAVAILABLE', reason: 'disconnected' });
      expect(later.ms).toBeLessThan(250);
      await server.restart();
      await untilAnswered(redis);
      await close();
    });

    it('rides through an interruption shorter than the deadline', async () => {
      const { redis, close } = await open(server.url, 5_000);
      await redis.command(['SET', 'kept', 'yes']);
      await server.kill();
      const during = redis.command(['PING']).catch((error: unknown) => error);
      await server.restart();
      // What was already under way when the link broke may be told so; what is asked after waits for the new link.
      const answer = await during;
      expect(answer === 'PONG' || answer instanceof RedisUnavailableError).toBe(true);
      expect(await redis.command(['PING'])).toBe('PONG');
      await close();
    });

    it('refuses after close, at once', async () => {
      const { redis, close } = await open(server.url);
      await redis.command(['PING']);
      await redis.close();
      expect((await failure(redis.command(['PING']))).error).toMatchObject({
        code: 'ERR_REDIS_UNAVAILABLE',
        reason: 'closed',
      });
      await close();
    });
  });
}

describe('a connection that Sallyport opened', () => {
  it('replaces a half-open link by a new one', async () => {
    const proxy = await startProxy({ targetPort: server.port });
    const redis = connectRedis(`redis://127.0.0.1:${proxy.port}`, { deadlineMs: 200 });
    try {
      await redis.command(['PING']);
      proxy.blackHole();
      const swallowed = await failure(redis.command(['PING']));
      expect(swallowed.error).toMatchObject({ reason: 'deadline' });
      expect(swallowed.ms).toBeLessThan(1_000);
      await proxy.heal();
      expect(await untilAnswered(redis)).toBeLessThan(5_000);
    } finally {
      await redis.close();
      await proxy.stop();
    }
  });

  it('says within the deadline that nobody is there', async () => {
    const redis = connectRedis('redis://127.0.0.1:1', { deadlineMs: 200 });
    const { error, ms } = await failure(redis.command(['PING']));
    expect(error).toBeInstanceOf(RedisUnavailableError);
    expect(ms).toBeLessThan(1_000);
    await redis.close();
  });

  it('connects to a server that starts later', async () => {
    await server.kill();
    const redis = connectRedis(server.url, { deadlineMs: 200 });
    expect((await failure(redis.command(['PING']))).error).toBeInstanceOf(RedisUnavailableError);
    await server.restart();
    await untilAnswered(redis);
    await redis.close();
  });
});
