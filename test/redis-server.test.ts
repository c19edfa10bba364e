import { askRedis } from '@sallyport/lab/cluster';
import { beforeAll, expect, test } from 'vitest';
import { useRedisServer } from './redis-server.ts';

const redis = useRedisServer({ settings: { requirepass: 'secret-of-a-test' } });
const ask = (...args: string[]) => askRedis(args, { port: redis.port, password: 'secret-of-a-test' });

beforeAll(async () => {
  await ask('SET', 'set-in-a-hook', 'yes');
});

test('is up when the hooks of the test file run', async () => {
  expect(redis.url).toBe(`redis://:secret-of-a-test@127.0.0.1:${redis.port}`);
  expect(await ask('GET', 'set-in-a-hook')).toBe('yes');
});

test('flush empties the server, its scripts included', async () => {
  const sha1 = await ask('SCRIPT', 'LOAD', 'return 1');
  expect(await ask('EVALSHA', sha1, '0')).toBe('1');
  await redis.flush();
  expect(await ask('DBSIZE')).toBe('0');
  await expect(ask('EVALSHA', sha1, '0')).rejects.toThrow(/NOSCRIPT/);
});

test('can be killed, restarted, frozen and thawed', async () => {
  const { pid, url } = redis;
  await redis.kill();
  await expect(ask('PING')).rejects.toThrow(/no connection/);
  await redis.restart();
  expect(redis.url).toBe(url);
  expect(redis.pid).not.toBe(pid);
  await redis.freeze();
  await redis.thaw();
  expect(await ask('PING')).toBe('PONG');
});
