/** What becomes of a queue when Redis comes back with what it had some time ago. */
import { connectRedis, type RedisPort } from 'sallyport/redis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { redisQueueStore } from '../../src/queue/redis.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import { done, idsOf, TestWorker, tasks } from '../contracts/queue-store-subject.ts';
import { useRedisServer } from '../redis-server.ts';

const server = useRedisServer({ persistence: 'save-points' });
let redis: RedisPort;
let store: QueueStore;

beforeEach(() => {
  redis = connectRedis(server.url, { deadlineMs: 5_000 });
  store = redisQueueStore(redis, { name: 'tasks' });
});
afterEach(async () => {
  await store.close();
  await redis.close();
});

it('gives no fence a second time, so that the end of a task that was lost ends no other', async () => {
  const worker = new TestWorker(store);
  await store.add(tasks(['a', 'b', 'c']), 0);
  const [before] = await worker.take(1);
  await redis.command(['SAVE']);
  const afterSnapshot = await worker.take(2);
  await server.kill();
  await server.restart();
  await expect.poll(() => store.state().catch(() => undefined)).toMatchObject({ waiting: 2, active: 1 });
  const again = await worker.take(2);
  expect(idsOf(again)).toEqual(['b', 'c']);
  expect(again[0]!.fence).toBeGreaterThan(afterSnapshot[1]!.fence);
  await worker.complete(...afterSnapshot.map(done));
  expect(await store.state()).toMatchObject({ waiting: 0, active: 3 });
  await worker.complete(done(before!), ...again.map(done));
  expect(await store.state()).toMatchObject({ waiting: 0, active: 0, dead: 0 });
});
