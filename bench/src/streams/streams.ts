/** Event streams beside Redis' own commands: appending, consuming, latency, and what an event costs. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Samples } from '../benchmark.ts';
import { startFigureProcess } from '../queue/figure-process.ts';
import { eventsFor, type FigureRequest, figureNames } from './figures.ts';
import { isSubject, openStream } from './subjects.ts';

const rate = { unit: 'events/s', better: 'higher', baseline: 'ioredis' } as const;
const cost = { better: 'lower', baseline: 'ioredis' } as const;

export const streams = {
  name: 'streams',
  title: 'Event streams: appending, consuming with acknowledgement, latency, and what an event costs',
  subjects: Object.keys(openStream),
  metrics: [
    { name: 'appendPerSecond', ...rate },
    { name: 'consumePerSecond', ...rate },
    { name: 'latencyP50Ms', unit: 'ms', ...cost },
    { name: 'latencyP99Ms', unit: 'ms', ...cost },
    { name: 'appendCpuMicros', unit: 'µs', ...cost },
    { name: 'consumeCpuMicros', unit: 'µs', ...cost },
  ],
  rounds: { quick: 1, full: 7 },
  timeoutMs: 180_000,
  programs: ['redis-server'],
  packages: ['ioredis'],
  measure: async (subject, _round, { quick, afterwards }): Promise<Samples> => {
    if (!isSubject(subject)) throw new RangeError(`There is no subject ${subject}.`);
    let samples: Samples = {};
    for (const figure of figureNames) {
      const redis = await startRedis();
      afterwards(() => redis.stop());
      const measuring = startFigureProcess<FigureRequest>(new URL('./figure-main.ts', import.meta.url));
      afterwards(() => measuring.stop());
      const events = eventsFor(figure, quick);
      samples = { ...samples, ...(await measuring.take({ subject, figure, url: redis.url, events })) };
      await measuring.stop();
      await redis.stop();
    }
    return samples;
  },
} satisfies Benchmark;
