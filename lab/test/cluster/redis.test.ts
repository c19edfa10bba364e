import { existsSync } from 'node:fs';
import { startRedis } from '@sallyport/lab/cluster';
import { expect, test } from 'vitest';

test('smoke', async () => {
  const t = performance.now();
  const redis = await startRedis();
  console.log('start ms', performance.now() - t, redis.url);
  const t2 = performance.now();
  await redis.freeze();
  await redis.thaw();
  await redis.kill();
  await redis.restart();
  console.log('restart ms', performance.now() - t2);
  await redis.stop();
  expect(existsSync(redis.folder)).toBe(false);
});
