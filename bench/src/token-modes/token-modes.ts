/** What it costs a server to know whether a token was taken back. */
import { randomBytes } from 'node:crypto';
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark } from '../benchmark.ts';
import { pinToServerCore } from '../one-core.ts';
import { startFigureProcess } from '../queue/figure-process.ts';
import { observeRedis } from '../redis-counters.ts';
import type { AppRequest } from './app.ts';
import { openClient } from './load.ts';
import { isMode, modes } from './modes.ts';

const cost = { unit: 'µs', better: 'lower', baseline: 'stateless' } as const;

/** Each is used less than a hundred times within a measurement. */
const users = 1_000;

export const tokenModes = {
  name: 'token-modes',
  title: 'CPU time of a request with a token, by how tokens are taken back',
  subjects: Object.keys(modes),
  metrics: [
    { name: 'cpuMicrosPerRequest', ...cost },
    { name: 'appCpuMicrosPerRequest', ...cost },
    { name: 'redisCommandsPerRequest', unit: 'commands', better: 'lower' },
  ],
  rounds: { quick: 1, full: 15 },
  programs: ['redis-server'],
  packages: ['ioredis', 'undici'],
  measure: async (subject, _round, { quick, afterwards }) => {
    if (!isMode(subject)) throw new RangeError(`There is no subject ${subject}.`);
    const redis = await startRedis();
    afterwards(() => redis.stop());
    const observer = observeRedis(redis.url);
    afterwards(() => observer.close());
    const app = startFigureProcess<AppRequest>(new URL('./app-main.ts', import.meta.url));
    afterwards(() => app.stop());
    const secret = randomBytes(32).toString('hex');
    await pinToServerCore(app.pid);
    const { port } = await app.take({ mode: subject, redisUrl: redis.url, secret });
    const client = openClient(`http://127.0.0.1:${port}`);
    afterwards(() => client.close());

    const tokens = JSON.parse(await client.text(`/tokens/${users}`)) as string[];
    const requests = quick ? 2_000 : 30_000;
    await client.useTokens(tokens, requests / 2);
    const own = Number(await client.text('/cpu'));
    const server = await observer.counters();
    await client.useTokens(tokens, requests);
    const after = await observer.counters();
    const appMicros = Number(await client.text('/cpu')) - own;
    return {
      cpuMicrosPerRequest: (appMicros + after.cpuMicros - server.cpuMicros) / requests,
      appCpuMicrosPerRequest: appMicros / requests,
      redisCommandsPerRequest: (after.commands - server.commands) / requests,
    };
  },
} satisfies Benchmark;
