import { createTokens, type TokensOptions } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../manual-clock.ts';
import { forge, goodClaims, hs256 } from './forge.ts';
import { here, newSecret } from './key-pairs.ts';

const secret = newSecret();
const startMs = 1_700_000_000_000;

function at(ms: number, over: Partial<TokensOptions> = {}) {
  const clock = manualClock(ms);
  return { clock, tokens: createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }], clock, ...over }) };
}

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

describe.each([
  ['without a cache', 0],
  ['from the cache', 100],
])('time, %s', (_, maxTokens) => {
  const cache = { maxTokens };

  it('a token lives until the millisecond of its exp', async () => {
    const { clock, tokens } = at(startMs, { cache });
    const { token, claims } = await tokens.issue({ sub: 'user-1' }, { ttlSeconds: 5 });
    expect(claims.exp).toBe(startMs / 1_000 + 5);
    expect(await outcome(tokens.verify(token))).toBe('accepted');
    clock.advance(3_000);
    expect(await outcome(tokens.verify(token))).toBe('accepted');
    clock.advance(1_999);
    expect(await outcome(tokens.verify(token))).toBe('accepted');
    clock.advance(1);
    expect(await outcome(tokens.verify(token))).toBe('ERR_TOKEN_EXPIRED');
    clock.advance(10_000);
    await expect(tokens.verify(token)).rejects.toMatchObject({ name: 'TokenExpiredError', message: 'token expired' });
  });

  it('a 5 s token issued late in its second lives little more than 4 s: iat is floored', async () => {
    const { clock, tokens } = at(startMs + 950, { cache });
    const { token } = await tokens.issue({ sub: 'user-1' }, { ttlSeconds: 5 });
    clock.advance(4_049);
    expect(await outcome(tokens.verify(token))).toBe('accepted');
    clock.advance(1);
    expect(await outcome(tokens.verify(token))).toBe('ERR_TOKEN_EXPIRED');
  });

  it('nbf holds a token back until its millisecond', async () => {
    const { clock, tokens } = at(startMs, { cache });
    const token = forge(
      { alg: 'HS256', kid: 'h' },
      { ...goodClaims(startMs), nbf: startMs / 1_000 + 10 },
      hs256(secret),
    );
    clock.advance(9_999);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_CLAIM_REFUSED', claim: 'nbf' });
    clock.advance(1);
    expect(await outcome(tokens.verify(token))).toBe('accepted');
    clock.advance(-1);
    expect(await outcome(tokens.verify(token))).toBe('ERR_TOKEN_CLAIM_REFUSED');
  });

  it('the tolerance stretches both ends', async () => {
    const { clock, tokens } = at(startMs, { cache, clockToleranceSeconds: 3 });
    const claims = { ...goodClaims(startMs), nbf: startMs / 1_000 + 10, exp: startMs / 1_000 + 20 };
    const token = forge({ alg: 'HS256', kid: 'h' }, claims, hs256(secret));
    clock.advance(6_999);
    expect(await outcome(tokens.verify(token))).toBe('ERR_TOKEN_CLAIM_REFUSED');
    clock.advance(1);
    expect(await outcome(tokens.verify(token))).toBe('accepted');
    clock.advance(15_999);
    expect(await outcome(tokens.verify(token))).toBe('accepted');
    clock.advance(1);
    expect(await outcome(tokens.verify(token))).toBe('ERR_TOKEN_EXPIRED');
  });
});

describe('clocks that differ', () => {
  it('a token from a server that is ahead is accepted', async () => {
    const { tokens: ahead } = at(startMs + 2_000);
    const { tokens: behind } = at(startMs);
    const { token } = await ahead.issue({ sub: 'user-1' });
    expect(await outcome(behind.verify(token))).toBe('accepted');
  });

  it('a token expires early on a server that is ahead, unless that is tolerated', async () => {
    const { tokens: behind } = at(startMs);
    const { token } = await behind.issue({ sub: 'user-1' }, { ttlSeconds: 5 });
    expect(await outcome(at(startMs + 6_000).tokens.verify(token))).toBe('ERR_TOKEN_EXPIRED');
    expect(await outcome(at(startMs + 6_000, { clockToleranceSeconds: 2 }).tokens.verify(token))).toBe('accepted');
  });
});
