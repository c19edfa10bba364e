import { createRequire, syncBuiltinESMExports } from 'node:module';
import {
  createTokens,
  memoryRevocationStore,
  type TokenClaims,
  type Tokens,
  type TokensOptions,
} from 'sallyport/tokens';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { eddsa, forge, goodClaims } from './forge.ts';
import { here, keyPair, newKey } from './key-pairs.ts';

// The object behind what modules import by name.
const crypto = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto');
const keys = [newKey('EdDSA', 'e')];

/** Looks at how often a signature is really computed. */
describe('the cache of verified tokens', () => {
  let signatureChecks: MockInstance;
  beforeEach(() => {
    signatureChecks = vi.spyOn(crypto, 'verify');
    syncBuiltinESMExports();
  });
  afterEach(() => {
    signatureChecks.mockRestore();
    syncBuiltinESMExports();
  });

  async function open(options: Partial<TokensOptions> = {}): Promise<Tokens> {
    const tokens = createTokens({ ...here, keys, ...options });
    // Whether the halves of a key belong together is tried by a signature, too, until it is first used.
    await tokens.issue({ sub: 'user-1' });
    signatureChecks.mockClear();
    return tokens;
  }

  it('computes a signature once, also for a hundred concurrent uses', async () => {
    const tokens = await open();
    const { token } = await tokens.issue({ sub: 'user-1' });
    const all = await Promise.all(Array.from({ length: 100 }, () => tokens.verify(token)));
    expect(new Set(all).size).toBe(1);
    await tokens.verify(token);
    expect(signatureChecks).toHaveBeenCalledTimes(1);
  });

  it('shares a computation under way even when nothing is kept', async () => {
    const tokens = await open({ cache: { maxTokens: 0 } });
    const { token } = await tokens.issue({ sub: 'user-1' });
    await Promise.all(Array.from({ length: 100 }, () => tokens.verify(token)));
    expect(signatureChecks).toHaveBeenCalledTimes(1);
    await tokens.verify(token);
    expect(signatureChecks).toHaveBeenCalledTimes(2);
  });

  it('never keeps a refusal', async () => {
    const tokens = await open();
    const forged = forge({ alg: 'EdDSA', kid: 'e' }, goodClaims(), eddsa(keyPair('EdDSA').privateKey));
    for (let n = 0; n < 3; n += 1) {
      await expect(tokens.verify(forged)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID_SIGNATURE' });
    }
    const concurrent = await Promise.allSettled([tokens.verify(forged), tokens.verify(forged)]);
    expect(concurrent.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(signatureChecks).toHaveBeenCalledTimes(4);
  });

  it('forgets beyond its bound, and on close', async () => {
    const tokens = await open({ cache: { maxTokens: 10 } });
    const { token: first } = await tokens.issue({ sub: 'user-1' });
    await tokens.verify(first);
    for (let n = 0; n < 20; n += 1) await tokens.verify((await tokens.issue({ sub: 'user-1' })).token);
    expect(signatureChecks).toHaveBeenCalledTimes(21);
    await tokens.verify(first);
    expect(signatureChecks).toHaveBeenCalledTimes(22);
    await tokens.close();
    await tokens.verify(first);
    expect(signatureChecks).toHaveBeenCalledTimes(23);
  });

  it('gives claims that no caller can change', async () => {
    const tokens = await open({ audience: ['shop', 'cart'] });
    const { token, claims: issued } = await tokens.issue({ sub: 'user-1', role: 'user', limits: { seats: [1, 2] } });
    const claims = (await tokens.verify(token)) as unknown as Record<string, unknown> & {
      aud: string[];
      limits: { seats: number[] };
    };
    expect(() => {
      claims.role = 'admin';
    }).toThrow(TypeError);
    expect(() => claims.aud.push('bank')).toThrow(TypeError);
    expect(() => claims.limits.seats.push(3)).toThrow(TypeError);
    expect(() => Object.assign(issued, { role: 'admin' })).toThrow(TypeError);
    expect(await tokens.verify(token)).toMatchObject({ role: 'user', limits: { seats: [1, 2] } });
  });

  it('asks the revocation store at every use', async () => {
    const store = memoryRevocationStore();
    const check = vi.spyOn(store, 'check');
    const tokens = await open({ revocation: { mode: 'deny-list', store } });
    const { token } = await tokens.issue({ sub: 'user-1' });
    const uses: Promise<TokenClaims>[] = [];
    for (let n = 0; n < 5; n += 1) uses.push(tokens.verify(token));
    await Promise.all(uses);
    await tokens.verify(token);
    expect(check).toHaveBeenCalledTimes(6);
    expect(signatureChecks).toHaveBeenCalledTimes(1);
  });
});
