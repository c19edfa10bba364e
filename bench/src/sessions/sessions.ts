/** What a session costs on each framework, beside the libraries that are used for it. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Metric } from '../benchmark.ts';
import { measureSessions } from './measure-sessions.ts';
import { bareOf, isSubject, keepsNothing, type SubjectName, sessionApps } from './subjects.ts';

const subjects = Object.keys(sessionApps) as SubjectName[];

function unmeasured(subject: SubjectName): string[] {
  return [
    ...(bareOf(subject) === undefined ? ['addedCpuMicros'] : []),
    ...(keepsNothing(subject) ? ['bytesPerSession', 'redisCpuMicros'] : []),
  ];
}

export const sessions = {
  name: 'sessions',
  title: 'Sessions on each framework: CPU of the server per request, rate, and bytes in Redis',
  subjects,
  metrics: [
    { name: 'addedCpuMicros', unit: 'µs', better: 'lower', baseline: 'node-http/ioredis/by-hand' },
    { name: 'cpuMicros', unit: 'µs', better: 'lower', baseline: 'node-http/none/bare' },
    { name: 'requestsPerSecond', unit: 'requests/s', better: 'higher', baseline: 'node-http/none/bare' },
    { name: 'bytesPerSession', unit: 'bytes', better: 'lower', baseline: 'node-http/ioredis/by-hand' },
    { name: 'redisCpuMicros', unit: 'µs', better: 'lower', baseline: 'node-http/ioredis/by-hand' },
  ] satisfies Metric[],
  unmeasured: Object.fromEntries(subjects.map((subject) => [subject, unmeasured(subject)])),
  rounds: { quick: 1, full: 3 },
  timeoutMs: 120_000,
  programs: ['redis-server'],
  packages: [
    'ioredis',
    'redis',
    'express',
    'express-session',
    'connect-redis',
    'fastify',
    '@fastify/session',
    'hono',
    'iron-session',
  ],
  measure: async (subject, _round, { quick, afterwards }) => {
    if (!isSubject(subject)) throw new RangeError(`There is no subject ${subject}.`);
    const redis = await startRedis();
    afterwards(() => redis.stop());
    const size = quick
      ? { sessions: 300, visitors: 100, warmUpSeconds: 1, blocks: 1 }
      : { sessions: 5_000, visitors: 1_000, warmUpSeconds: 2, blocks: 4 };
    return measureSessions(subject, redis, { ...size, afterwards });
  },
} satisfies Benchmark;
