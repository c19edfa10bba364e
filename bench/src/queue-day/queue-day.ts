/** Whether a queue leaves anything behind: a day's hours of mixed tasks at speed, and what Redis holds after each. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Metric } from '../benchmark.ts';
import { startFigureProcess } from '../queue/figure-process.ts';
import type { DayRequest } from './measure-day.ts';

export const queueDay = {
  name: 'queue-day',
  title: 'A day of mixed tasks, each hour at speed: what is left in Redis when the queue has drained',
  subjects: ['sallyport'],
  metrics: [
    { name: 'firstHourKiB', unit: 'KiB', better: 'lower' },
    { name: 'lastHourKiB', unit: 'KiB', better: 'lower' },
    { name: 'highestHourKiB', unit: 'KiB', better: 'lower' },
    { name: 'growthBytesPerThousandTasks', unit: 'bytes', better: 'lower' },
    { name: 'lastingKeys', unit: 'keys', better: 'lower' },
    { name: 'expiringKeysPerTask', unit: 'keys', better: 'lower' },
    { name: 'longestTtlSeconds', unit: 's', better: 'lower' },
  ] satisfies Metric[],
  rounds: { quick: 1, full: 1 },
  timeoutMs: 600_000,
  programs: ['redis-server'],
  packages: ['ioredis'],
  measure: async (_subject, _round, { quick, afterwards }) => {
    const redis = await startRedis();
    afterwards(() => redis.stop());
    const measuring = startFigureProcess<DayRequest>(new URL('./day-main.ts', import.meta.url));
    afterwards(() => measuring.stop());
    return measuring.take({ url: redis.url, hours: quick ? 4 : 24, tasksPerHour: quick ? 500 : 36_000 });
  },
} satisfies Benchmark;
