/** Whether presence slows down when many are online, and what a user keeps in Redis. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Metric } from '../benchmark.ts';
import { startFigureProcess } from '../queue/figure-process.ts';
import type { OnlineRequest } from './measure-online.ts';

const online: Readonly<Record<string, number>> = {
  'sallyport, 1,000 online': 1_000,
  'sallyport, 1,000,000 online': 1_000_000,
};

const cost = { better: 'lower', baseline: 'sallyport, 1,000 online' } as const;

export const presence = {
  name: 'presence',
  title: 'Presence of a thousand and of a million users: memory, and the time of what is asked',
  subjects: Object.keys(online),
  metrics: [
    { name: 'bytesPerUser', unit: 'bytes', ...cost },
    { name: 'bytesPerStatus', unit: 'bytes', ...cost },
    { name: 'countMicros', unit: 'µs', ...cost },
    { name: 'pageMicros', unit: 'µs', ...cost },
    { name: 'statusPageMicros', unit: 'µs', ...cost },
    { name: 'getMicros', unit: 'µs', ...cost },
    { name: 'redisMicrosPerHeartbeat', unit: 'µs', ...cost },
  ] satisfies Metric[],
  rounds: { quick: 1, full: 5 },
  timeoutMs: 300_000,
  programs: ['redis-server'],
  packages: ['ioredis'],
  measure: async (subject, _round, { quick, afterwards }) => {
    const users = online[subject];
    if (users === undefined) throw new RangeError(`There is no subject ${subject}.`);
    const redis = await startRedis();
    afterwards(() => redis.stop());
    const measuring = startFigureProcess<OnlineRequest>(new URL('./online-main.ts', import.meta.url));
    afterwards(() => measuring.stop());
    return measuring.take({ url: redis.url, users, calls: quick ? 100 : 2_000, heartbeats: quick ? 5_000 : 200_000 });
  },
} satisfies Benchmark;
