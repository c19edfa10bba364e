/** The benchmarks of tokens themselves: every figure is there, and a library that lets something pass is found out. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startRedis } from '@sallyport/lab/cluster';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../src/token-modes/app.ts';
import { openClient } from '../src/token-modes/load.ts';
import { type ModeName, modes } from '../src/token-modes/modes.ts';
import { algorithms, rateNames } from '../src/tokens/figures.ts';
import { measureFigure } from '../src/tokens/measure-figure.ts';
import { bytesPerRevokedToken } from '../src/tokens/revoked-memory.ts';
import { openSallyport } from '../src/tokens/sallyport.ts';
import type { OpenTokens } from '../src/tokens/subject.ts';
import { openTokens, type SubjectName } from '../src/tokens/subjects.ts';

const cases = (Object.keys(openTokens) as SubjectName[]).flatMap((subject) =>
  algorithms
    .filter((algorithm) => subject !== 'jsonwebtoken' || algorithm !== 'EdDSA')
    .map((algorithm) => [subject, algorithm] as const),
);

test.each(cases)('%s, %s: every rate, with tokens that all must refuse refused', async (subject, algorithm) => {
  const samples = await measureFigure(openTokens[subject], { subject, algorithm, forMs: 1, blockSize: 30 });
  expect(Object.keys(samples).toSorted()).toEqual(rateNames.map((name) => name + algorithm).toSorted());
  for (const rate of Object.values(samples)) expect(rate).toBeGreaterThan(1);
});

const request = { subject: 'sallyport', algorithm: 'HS256', forMs: 1, blockSize: 30 } as const;

test.each([
  ['another issuer', 'iss'],
  ['another audience', 'aud'],
  ['an end that is past', 'exp'],
])('a library that takes a token with %s is found out', async (what, claim) => {
  const lax: OpenTokens = async (keys) => {
    const strict = await openSallyport(keys);
    return {
      ...strict,
      verify: async (token) => {
        const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
        const right = { iss: 'https://shop.example', aud: 'shop', exp: Number.POSITIVE_INFINITY }[claim];
        const isFine = claim === 'exp' ? claims.exp * 1_000 > Date.now() : claims[claim] === right;
        return isFine ? strict.verify(token) : claims;
      },
    };
  };
  await expect(measureFigure(lax, request)).rejects.toThrow(what);
});

test('a library that mixes up tokens is found out', async () => {
  const mixing: OpenTokens = async (keys) => {
    const right = await openSallyport(keys);
    return {
      ...right,
      verify: async (token) => {
        const { sub } = await right.verify(token);
        return { sub: sub === 'user-7' ? 'user-8' : sub };
      },
    };
  };
  await expect(measureFigure(mixing, request)).rejects.toThrow('as another');
});

test('a revoked token keeps some hundred bytes', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const bytes = await bytesPerRevokedToken(redis.url, 1_000);
  // The key alone, with the token's id in it, has more than 64.
  expect(bytes).toBeGreaterThan(64);
  expect(bytes).toBeLessThan(400);
});

test.each(Object.keys(modes) as ModeName[])(
  'an application with mode %s takes its tokens and no others',
  async (mode) => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const app = createApp({ mode, redisUrl: redis.url, secret: randomBytes(32).toString('hex') });
    await once(app.listen(0, '127.0.0.1'), 'listening');
    const client = openClient(`http://127.0.0.1:${(app.address() as AddressInfo).port}`);
    onTestFinished(async () => {
      await client.close();
      app.closeAllConnections();
      app.close();
      await once(app, 'close');
    });
    const tokens = JSON.parse(await client.text('/tokens/10')) as string[];
    await client.useTokens(tokens, 100);
    expect(Number(await client.text('/cpu'))).toBeGreaterThan(0);
    await expect(client.useTokens(tokens.toReversed(), 10)).rejects.toThrow('for another');
    await expect(client.useTokens(['forged'], 1)).rejects.toThrow('401');
  },
);
