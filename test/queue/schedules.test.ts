/** Schedules go by the store's clock, whatever the clocks of the servers say. */
import { connectRedis, type RedisPort } from 'sallyport/redis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryQueueStore } from '../../src/queue/memory.ts';
import { createQueue, type Queue } from '../../src/queue/queue.ts';
import { redisQueueStore } from '../../src/queue/redis.ts';
import { manualClock } from '../manual-clock.ts';
import { useRedisServer } from '../redis-server.ts';
import { listen } from '../streams/listen.ts';

interface Order {
  readonly n: number;
}

const dayMs = 86_400_000;

describe('schedules', () => {
  const server = useRedisServer();
  let queue: Queue<Order>;
  let redis: RedisPort | undefined;
  const clock = manualClock(Date.UTC(2023, 10, 14, 12));
  afterEach(async () => {
    vi.restoreAllMocks();
    await queue.close({ deadlineMs: 0 });
    await redis?.close();
    redis = undefined;
  });

  const openInMemory = () => {
    queue = createQueue<Order>('orders', memoryQueueStore({ name: 'orders', clock }));
  };
  const nextAt = async (): Promise<number> => (await queue.schedules.list())[0]!.nextAt.getTime();

  it('move on from slot to slot of the store in memory', async () => {
    openInMemory();
    await queue.schedules.put('beat', { everySeconds: 60, payload: { n: 1 } });
    const first = await nextAt();
    expect(first).toBe(clock.now() + 60_000);
    clock.advance(60_500);
    expect(await queue.schedules.fire(['beat'])).toBe(true);
    expect(await nextAt()).toBe(first + 60_000);
    expect((await queue.state()).waiting).toBe(1);
  });

  it('move on from slot to slot of Redis, though the clock of this server is hours ahead', async () => {
    redis = connectRedis(server.url, { deadlineMs: 2_000 });
    const store = redisQueueStore(redis, { name: 'ahead' });
    queue = createQueue<Order>('ahead', store);
    const ownNow = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => ownNow() + 3 * 3_600_000);
    await queue.schedules.put('hourly', { everySeconds: 3_600, payload: { n: 1 } });
    const { now } = await store.state();
    expect((await nextAt()) - now).toBeLessThanOrEqual(3_600_000);
    await queue.schedules.remove('hourly');
    // Due by the clock of Redis, some slots ago.
    const spec = { everySeconds: 1, payload: { n: 1 } };
    await store.schedules.put('beat', JSON.stringify(spec), Math.floor(now / 1_000) * 1_000 - 2_000);
    expect(await queue.schedules.fire(['beat'])).toBe(true);
    expect(await nextAt()).toBeLessThanOrEqual((await store.state()).now + 1_000);
    expect((await queue.state()).waiting).toBe(1);
  });

  it('do not skip a slot that workers saw late because all of them were busy', async () => {
    openInMemory();
    const fired = listen('queue.schedule.fired');
    await queue.schedules.put('daily', { cron: '0 3 * * *', payload: { n: 1 }, missed: 'skip' });
    clock.advance((await nextAt()) - clock.now() + 20_000);
    // Its heartbeat is a third of its lease: so late it may see the slot.
    const worker = queue.process(() => {}, { leaseMs: 30_000 });
    await expect.poll(() => fired.told).toEqual([{ queue: 'orders', name: 'daily', tasks: 1 }]);
    await worker.close();
    clock.advance(dayMs + 11_000);
    // One with a short lease would have seen the slot: it was missed.
    queue.process(() => {}, { leaseMs: 5_000 });
    await expect.poll(() => fired.told.slice(1)).toEqual([{ queue: 'orders', name: 'daily', tasks: 0 }]);
    fired.stop();
  });
});
