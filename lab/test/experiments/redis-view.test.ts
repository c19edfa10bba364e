import { askRedis } from '@sallyport/lab/cluster';
import { afterEach, describe, expect, test } from 'vitest';
import { useRedisServer } from '../../../test/redis-server.ts';
import { callsBetween, type RedisView, readCommandCalls, viewRedis } from '../../src/experiments/redis-view.ts';

const redis = useRedisServer();
const ask = (...args: string[]) => askRedis(args, { port: redis.port });
let view: RedisView | undefined;
async function open(): Promise<RedisView> {
  view = await viewRedis(redis);
  return view;
}
afterEach(async () => {
  view?.close();
  await redis.flush();
});

describe('a view of Redis', () => {
  test('lists all keys of a pattern, however many', async () => {
    for (let index = 0; index < 1200; index++) await ask('SET', `a:${index}`, '1');
    await ask('SET', 'b:1', '1');
    expect(await (await open()).keys('a:*')).toHaveLength(1200);
  });

  test('describes a hash, with the secret part of its name cut short', async () => {
    const hash = 'abcdefgh'.padEnd(43, 'x');
    const key = `sallyport:session:{tag}:${hash}`;
    await ask('HSET', key, 'userId', 'u-1', 'idleMs', '3000');
    await ask('PEXPIRE', key, '60000');
    const description = await (await open()).describe(key);
    expect(description).toMatchObject({ type: 'hash', fields: { userId: 'u-1', idleMs: '3000' } });
    expect(description.name).toBe('sallyport:session:{tag}:abcdefgh…');
    expect(description.ttlMs).toBeGreaterThan(50_000);
    expect(description.memoryBytes).toBeGreaterThan(40);
  });

  test('looking renews nothing', async () => {
    await ask('SET', 'key', '1', 'PX', '60000');
    const seen = await open();
    const end = await seen.expiresAtMs('key');
    await seen.describe('key');
    await seen.ttlMs('key');
    expect(await seen.expiresAtMs('key')).toBe(end);
    await seen.remove('key');
    expect(await seen.exists('key')).toBe(false);
    expect(await seen.ttlMs('key')).toBe(-2);
  });

  test('hears when Redis deletes a key at its end, and not when somebody else does', async () => {
    const seen = await open();
    const heard: { key: string; atMs: number }[] = [];
    const gone = new Promise<void>((resolve) => {
      void seen
        .watchExpirations((expiration) => {
          heard.push(expiration);
          resolve();
        })
        .then(async () => {
          await ask('SET', 'removed', '1');
          await ask('DEL', 'removed');
          await ask('SET', 'expiring', '1', 'PX', '50');
        });
    });
    const startedAt = Date.now();
    await gone;
    expect(heard.map(({ key }) => key)).toEqual(['expiring']);
    expect(heard[0]?.atMs).toBeGreaterThanOrEqual(startedAt + 49);
  });

  test('counts the commands of others between two readings', async () => {
    const seen = await open();
    const before = await seen.commandCalls();
    await ask('MGET', 'a', 'b');
    await ask('MGET', 'a', 'b');
    await ask('SET', 'a', '1');
    expect(callsBetween(before, await seen.commandCalls())).toEqual({ mget: 2, set: 1 });
  });

  test('ends with its server instead of waiting for it', async () => {
    const seen = await open();
    await redis.kill();
    await expect(seen.ttlMs('key')).rejects.toThrow();
    await expect(viewRedis(redis)).rejects.toThrow();
    await redis.restart();
  });
});

test('reads INFO commandstats', () => {
  const info =
    '# Commandstats\r\ncmdstat_info:calls=9,usec=1\r\ncmdstat_client|setname:calls=2,usec=3\r\ncmdstat_get:calls=7,usec=9\r\n';
  expect([...readCommandCalls(info)]).toEqual([
    ['client|setname', 2],
    ['get', 7],
  ]);
});
