/** Whether a queue slows down when much waits in it, and what a waiting task keeps in memory. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Metric } from '../benchmark.ts';
import { startFigureProcess } from '../queue/figure-process.ts';
import type { DepthRequest } from './measure-depth.ts';

const waiting: Readonly<Record<string, number>> = {
  'sallyport, 1,000 waiting': 1_000,
  'sallyport, 1,000,000 waiting': 1_000_000,
};

const baseline = 'sallyport, 1,000 waiting';

export const queueDepth = {
  name: 'queue-depth',
  title: 'A queue with a thousand and with a million waiting tasks: rates, and memory per task',
  subjects: Object.keys(waiting),
  metrics: [
    { name: 'addPerSecond', unit: 'tasks/s', better: 'higher', baseline },
    { name: 'processPerSecond', unit: 'tasks/s', better: 'higher', baseline },
    { name: 'memoryBytesPerTask', unit: 'bytes', better: 'lower', baseline },
  ] satisfies Metric[],
  rounds: { quick: 1, full: 5 },
  timeoutMs: 180_000,
  programs: ['redis-server'],
  packages: ['ioredis'],
  measure: async (subject, _round, { quick, afterwards }) => {
    const depth = waiting[subject];
    if (depth === undefined) throw new RangeError(`There is no subject ${subject}.`);
    const redis = await startRedis();
    afterwards(() => redis.stop());
    const measuring = startFigureProcess<DepthRequest>(new URL('./depth-main.ts', import.meta.url));
    afterwards(() => measuring.stop());
    return measuring.take({ url: redis.url, waiting: depth, tasks: quick ? 5_000 : 100_000 });
  },
} satisfies Benchmark;
