/** Whether a group that was away catches up without filling the memory of its process. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Samples } from '../benchmark.ts';
import { startFigureProcess } from '../queue/figure-process.ts';
import type { CatchUpRequest } from './measure-catch-up.ts';
import { isSubject, openStream } from './subjects.ts';

const rate = { unit: 'events/s', better: 'higher', baseline: 'ioredis' } as const;
const memory = { unit: 'MiB', better: 'lower', baseline: 'ioredis' } as const;

export const streamsCatchUp = {
  name: 'streams-catch-up',
  title: 'A group that was away for a million events: how fast it catches up, and in how much memory',
  subjects: Object.keys(openStream),
  metrics: [
    { name: 'catchUpPerSecond', ...rate },
    { name: 'firstTenthPerSecond', ...rate },
    { name: 'lastTenthPerSecond', ...rate },
    { name: 'heapFirstTenthMiB', ...memory },
    { name: 'heapLastTenthMiB', ...memory },
    { name: 'rssFirstTenthMiB', ...memory },
    { name: 'rssLastTenthMiB', ...memory },
  ],
  rounds: { quick: 1, full: 5 },
  timeoutMs: 300_000,
  programs: ['redis-server'],
  packages: ['ioredis'],
  measure: async (subject, _round, { quick, afterwards }): Promise<Samples> => {
    if (!isSubject(subject)) throw new RangeError(`There is no subject ${subject}.`);
    const redis = await startRedis();
    afterwards(() => redis.stop());
    const events = quick ? 50_000 : 1_000_000;
    let samples: Samples = {};
    for (const part of ['leave behind', 'catch up'] as const) {
      const measuring = startFigureProcess<CatchUpRequest>(new URL('./catch-up-main.ts', import.meta.url));
      afterwards(() => measuring.stop());
      samples = await measuring.take({ part, subject, url: redis.url, events });
      await measuring.stop();
    }
    return samples;
  },
} satisfies Benchmark;
