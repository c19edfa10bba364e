/** Task queues beside each other: adding, processing, latency, and what a task costs. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Metric, Samples } from '../benchmark.ts';
import { startFigureProcess } from './figure-process.ts';
import { type FigureRequest, figureNames, tasksFor } from './figures.ts';
import { lpushPerSecond } from './redis-benchmark.ts';
import { openQueue, type SubjectName } from './subjects.ts';

const rate = { unit: 'tasks/s', better: 'higher', baseline: 'bullmq' } as const;
const cost = { better: 'lower', baseline: 'bullmq' } as const;

const metrics: readonly Metric[] = [
  { name: 'addPerSecond', ...rate },
  { name: 'addManyPerSecond', ...rate },
  { name: 'processPerSecondC1', ...rate },
  { name: 'processPerSecondC10', ...rate },
  { name: 'processPerSecondC100', ...rate },
  { name: 'latencyP50Ms', unit: 'ms', ...cost },
  { name: 'latencyP99Ms', unit: 'ms', ...cost },
  { name: 'cpuMicrosPerTask', unit: 'µs', ...cost },
  { name: 'redisCommandsPerTask', unit: 'commands', ...cost },
  { name: 'redisScriptsPerTask', unit: 'scripts', ...cost },
];

export const queue = {
  name: 'queue',
  title: 'Task queues: adding, processing and latency, and what a task costs',
  subjects: [...Object.keys(openQueue), 'redis-benchmark'],
  metrics,
  unmeasured: {
    'redis-benchmark': metrics.map(({ name }) => name).filter((name) => name !== 'addPerSecond'),
  },
  rounds: { quick: 1, full: 5 },
  timeoutMs: 180_000,
  programs: ['redis-server'],
  packages: ['ioredis', 'bullmq', 'bee-queue'],
  measure: async (subject, _round, { quick, afterwards }): Promise<Samples> => {
    if (subject === 'redis-benchmark') {
      const redis = await startRedis();
      afterwards(() => redis.stop());
      return { addPerSecond: await lpushPerSecond(redis.port, quick ? 5_000 : 200_000) };
    }
    if (!isSubject(subject)) throw new RangeError(`There is no subject ${subject}.`);
    let samples: Samples = {};
    for (const figure of figureNames) {
      const redis = await startRedis();
      afterwards(() => redis.stop());
      const measuring = startFigureProcess<FigureRequest>(new URL('./figure-main.ts', import.meta.url));
      afterwards(() => measuring.stop());
      const tasks = tasksFor(subject, figure, quick);
      samples = { ...samples, ...(await measuring.take({ subject, figure, url: redis.url, tasks })) };
      await measuring.stop();
      await redis.stop();
    }
    return samples;
  },
} satisfies Benchmark;

function isSubject(name: string): name is SubjectName {
  return name in openQueue;
}
