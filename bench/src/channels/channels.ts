/** Channels beside Redis' own commands and socket.io's adapters: what a message costs from one server to another. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Samples } from '../benchmark.ts';
import { startFigureProcess } from '../queue/figure-process.ts';
import { type FigureRequest, figureNames, messagesFor } from './figures.ts';
import { isSubject, openChannel } from './subjects.ts';

const cost = { better: 'lower', baseline: 'ioredis' } as const;

export const channels = {
  name: 'channels',
  title: 'Channels: from publishing in one server process to the handler in another',
  subjects: Object.keys(openChannel),
  metrics: [
    { name: 'latencyP50Ms', unit: 'ms', ...cost },
    { name: 'latencyP99Ms', unit: 'ms', ...cost },
    { name: 'messagesPerSecond', unit: 'messages/s', better: 'higher', baseline: 'ioredis' },
    { name: 'cpuMicrosPerMessage', unit: 'µs', ...cost },
  ],
  rounds: { quick: 1, full: 5 },
  timeoutMs: 120_000,
  programs: ['redis-server'],
  packages: ['ioredis', 'socket.io', '@socket.io/redis-adapter', '@socket.io/redis-streams-adapter'],
  measure: async (subject, _round, { quick, afterwards }): Promise<Samples> => {
    if (!isSubject(subject)) throw new RangeError(`There is no subject ${subject}.`);
    let samples: Samples = {};
    for (const figure of figureNames) {
      const redis = await startRedis();
      afterwards(() => redis.stop());
      const measuring = startFigureProcess<FigureRequest>(new URL('./figure-main.ts', import.meta.url));
      afterwards(() => measuring.stop());
      const messages = messagesFor(figure, quick);
      samples = { ...samples, ...(await measuring.take({ subject, figure, url: redis.url, messages })) };
      await measuring.stop();
      await redis.stop();
    }
    return samples;
  },
} satisfies Benchmark;
