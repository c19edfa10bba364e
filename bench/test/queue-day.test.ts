/** The day in miniature itself: that it sees what is left behind. */
import { startRedis } from '@sallyport/lab/cluster';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { passTime } from '../src/queue-day/keys-left.ts';
import { measureDay } from '../src/queue-day/measure-day.ts';

async function redisUrl(): Promise<string> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return redis.url;
}

test('a queue leaves nothing behind that stays', async () => {
  const samples = await measureDay({ url: await redisUrl(), hours: 4, tasksPerHour: 400 });
  expect(samples.lastingKeys).toBeLessThanOrEqual(3);
  expect(samples.expiringKeysPerTask).toBeGreaterThan(0.1);
  expect(samples.longestTtlSeconds).toBeLessThanOrEqual(3600);
}, 60_000);

test('a key that stays is found, whoever left it', async () => {
  const url = await redisUrl();
  const leak = new Redis(url, { protocol: 2 });
  onTestFinished(() => leak.disconnect());
  let hours = 0;
  // What the queue forgets would be found in the same way: by a name that comes with each hour.
  const timer = setInterval(() => void leak.set(`forgotten ${hours++}`, '1'), 600);
  onTestFinished(() => clearInterval(timer));
  await expect(measureDay({ url, hours: 4, tasksPerHour: 400 })).rejects.toThrow(/left other keys.*forgotten/);
}, 60_000);

test('keys that expire are told apart from those that do not', async () => {
  const redis = new Redis(await redisUrl(), { protocol: 2 });
  onTestFinished(() => redis.disconnect());
  await redis.mset('a', '1', 'b', '2');
  await redis.expire('b', 100);
  const left = await passTime(redis);
  expect(left).toMatchObject({ expiring: 1, lasting: ['a'] });
  expect(left.longestTtlSeconds).toBeGreaterThan(99);
  expect(await redis.keys('*')).toEqual(['a']);
});
