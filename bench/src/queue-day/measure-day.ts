/** A day of a queue at speed, hour by hour: what Redis holds when each hour's tasks have been done. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { BusinessError, createQueue, FatalError, type Queue, redisQueueStore } from 'sallyport/queue';
import { connectRedis } from 'sallyport/redis';
import type { Samples } from '../benchmark.ts';
import { observeRedis } from '../redis-counters.ts';
import { passTime } from './keys-left.ts';
import { addHour, type DayTask } from './traffic.ts';

/** Travels to the process that measures, as JSON. */
export interface DayRequest {
  readonly url: string;
  readonly hours: number;
  readonly tasksPerHour: number;
}

const deadlineMs = 60_000;
/** The first hours bring the server's tables and buffers to their size. */
const settlingHours = 2;

/** @throws Error when an hour does not drain, or leaves keys that the hours before did not have */
export async function measureDay({ url, hours, tasksPerHour }: DayRequest): Promise<Samples> {
  const observer = observeRedis(url);
  const inspector = new Redis(url, { protocol: 2 });
  const redis = connectRedis(url, { deadlineMs: 10_000 });
  const queue = createQueue<DayTask>('day', redisQueueStore(redis, { name: 'day' }), { resultTtlSeconds: 3600 });
  try {
    const memory: number[] = [];
    let lasting: readonly string[] = [];
    let expiring = 0;
    let longestTtlSeconds = 0;
    for (let hour = 0; hour < hours; hour++) {
      await runHour(queue, hour, tasksPerHour);
      const left = await passTime(inspector);
      if (hour >= settlingHours && left.lasting.join() !== lasting.join()) {
        throw new Error(`Hour ${hour + 1} left other keys than the hours before: ${left.lasting.join(', ')}`);
      }
      lasting = left.lasting;
      expiring += left.expiring;
      longestTtlSeconds = Math.max(longestTtlSeconds, left.longestTtlSeconds);
      memory.push(await observer.settledMemoryBytes());
    }
    const settled = memory.slice(Math.min(settlingHours, memory.length - 1));
    const [first = 0] = settled;
    const last = settled.at(-1) ?? first;
    return {
      firstHourKiB: first / 1024,
      lastHourKiB: last / 1024,
      highestHourKiB: Math.max(...settled) / 1024,
      growthBytesPerThousandTasks: ((last - first) * 1000) / (Math.max(1, settled.length - 1) * tasksPerHour),
      lastingKeys: lasting.length,
      expiringKeysPerTask: expiring / (hours * tasksPerHour),
      longestTtlSeconds,
    };
  } finally {
    await queue.close();
    await redis.close();
    inspector.disconnect();
    observer.close();
  }
}

/** Producers, two workers and a schedule, until nothing is left; then the shelves are emptied, as an operator does. */
async function runHour(queue: Queue<DayTask>, hour: number, tasks: number): Promise<void> {
  await queue.schedules.put('tick', { everySeconds: 1, payload: { n: 0, kind: 'plain', filler: '' } });
  const workers = [1, 2].map(() =>
    queue.process(
      async ({ payload: { kind, n }, attempt, progress }) => {
        if (kind === 'retried' && attempt === 1) throw new Error('not yet');
        if (kind === 'refused') throw new BusinessError('not in stock');
        if (kind === 'fatal') throw new FatalError('does not work');
        if (kind === 'progress') await progress({ percent: 50 });
        return n % 20 === 0 ? { n } : undefined;
      },
      { concurrency: 50, backOff: { kind: 'fixed', delayMs: 20 } },
    ),
  );
  await addHour(queue, hour, tasks);
  await queue.schedules.remove('tick');
  await drained(queue);
  await Promise.all(workers.map((worker) => worker.close()));
  await queue.deadLetters.trim({ maxCount: 0 });
  await queue.businessErrors.trim({ maxCount: 0 });
}

async function drained(queue: Queue<DayTask>): Promise<void> {
  const lateAt = performance.now() + deadlineMs;
  for (;;) {
    const { waiting, delayed, active } = await queue.state();
    if (waiting + delayed + active === 0) return;
    if (performance.now() > lateAt) throw new Error(`${waiting + delayed + active} tasks are left of the hour.`);
    await delay(20);
  }
}
