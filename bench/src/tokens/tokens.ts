/** JSON Web Tokens beside each other: issuing, verifying what was seen before and what was not. */
import { startRedis } from '@sallyport/lab/cluster';
import type { Benchmark, Metric, Samples } from '../benchmark.ts';
import { startFigureProcess } from '../queue/figure-process.ts';
import { algorithms, type FigureRequest, rateNames } from './figures.ts';
import { bytesPerRevokedToken } from './revoked-memory.ts';
import { isSubject, openTokens } from './subjects.ts';

const rate = { unit: 'tokens/s', better: 'higher', baseline: 'sallyport' } as const;
const peers = Object.keys(openTokens).filter((name) => name !== 'sallyport');
const ratesOf = (algorithm: string) => rateNames.map((name) => `${name}${algorithm}`);

export const tokens = {
  name: 'tokens',
  title: 'Tokens: issuing and verifying, and what a revoked one keeps in Redis',
  subjects: Object.keys(openTokens),
  metrics: [
    ...rateNames.flatMap((name): Metric[] => algorithms.map((algorithm) => ({ name: name + algorithm, ...rate }))),
    { name: 'bytesPerRevokedToken', unit: 'bytes', better: 'lower' },
  ],
  // Nothing else revokes, and jsonwebtoken has no EdDSA.
  unmeasured: Object.fromEntries(
    peers.map((peer) => [peer, ['bytesPerRevokedToken', ...(peer === 'jsonwebtoken' ? ratesOf('EdDSA') : [])]]),
  ),
  rounds: { quick: 1, full: 5 },
  timeoutMs: 180_000,
  programs: ['redis-server'],
  packages: ['jose', 'fast-jwt', 'jsonwebtoken', 'ioredis'],
  measure: async (subject, _round, { quick, afterwards }): Promise<Samples> => {
    if (!isSubject(subject)) throw new RangeError(`There is no subject ${subject}.`);
    let samples: Samples = {};
    for (const algorithm of algorithms) {
      if (subject === 'jsonwebtoken' && algorithm === 'EdDSA') continue;
      const measuring = startFigureProcess<FigureRequest>(new URL('./figure-main.ts', import.meta.url));
      afterwards(() => measuring.stop());
      const request = { subject, algorithm, forMs: quick ? 20 : 600, blockSize: 500 };
      samples = { ...samples, ...(await measuring.take(request)) };
      await measuring.stop();
    }
    if (subject !== 'sallyport') return samples;
    const redis = await startRedis();
    afterwards(() => redis.stop());
    return { ...samples, bytesPerRevokedToken: await bytesPerRevokedToken(redis.url, quick ? 2_000 : 100_000) };
  },
} satisfies Benchmark;
