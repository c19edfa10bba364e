import { startRedis } from '@sallyport/lab/cluster';
import { expect, onTestFinished, test } from 'vitest';
import { measureOnline } from '../src/presence/measure-online.ts';

test('the presence of a thousand users is measured, and all are there', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const samples = await measureOnline({ url: redis.url, users: 1_000, calls: 20, heartbeats: 2_000 });
  // The id alone has 36 bytes, in two places.
  expect(samples.bytesPerUser).toBeGreaterThan(72);
  expect(samples.bytesPerStatus).toBeGreaterThan(72);
  for (const name of ['countMicros', 'pageMicros', 'statusPageMicros', 'getMicros', 'redisMicrosPerHeartbeat']) {
    expect([name, (samples[name] ?? 0) > 0]).toEqual([name, true]);
  }
});
