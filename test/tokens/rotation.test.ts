import { createTokens, type TokenAlgorithm, type TokenKey, type Tokens } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { createKeyRing } from '../../src/tokens/key-ring.ts';
import { decode } from './forge.ts';
import { here, keyPair, newKey } from './key-pairs.ts';

const server = (keys: readonly TokenKey[]) => createTokens({ ...here, keys });
const tokenOf = async (tokens: Tokens) => (await tokens.issue({ sub: 'user-1' })).token;
const kidOf = (token: string) => decode(token).header.kid;

describe.each<[TokenAlgorithm, TokenAlgorithm]>([
  ['HS256', 'HS256'],
  ['HS256', 'ES256'],
  ['RS256', 'EdDSA'],
])('rotation from %s to %s', (from, to) => {
  const old = newKey(from, '2026-11');
  const next = newKey(to, '2026-12');

  it('logs nobody out while servers are one step apart', async () => {
    const [before, prepared, switched, after] = [
      server([old]),
      server([old, next]),
      server([next, old]),
      server([next]),
    ];
    const oldTokens = await Promise.all([before, prepared].map(tokenOf));
    const newTokens = await Promise.all([switched, after].map(tokenOf));
    expect([...oldTokens, ...newTokens].map(kidOf)).toEqual(['2026-11', '2026-11', '2026-12', '2026-12']);
    for (const token of oldTokens) {
      for (const step of [before, prepared, switched])
        expect(await step.verify(token)).toMatchObject({ sub: 'user-1' });
    }
    for (const token of newTokens) {
      for (const step of [prepared, switched, after]) expect(await step.verify(token)).toMatchObject({ sub: 'user-1' });
    }
  });

  it('refuses the tokens of a key that was taken away', async () => {
    const { token } = await server([old]).issue({ sub: 'user-1' });
    await expect(server([next]).verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID_SIGNATURE' });
  });
});

describe('the choice of a key', () => {
  it('needs the name and the algorithm of the key to fit', () => {
    const ring = createKeyRing([newKey('HS256', 'h'), newKey('RS256', 'r'), newKey('HS256', 'h2')]);
    expect(ring.find('RS256', 'r')?.kid).toBe('r');
    expect(ring.find('RS256', undefined)?.kid).toBe('r');
    for (const [alg, kid] of [
      ['HS256', 'r'],
      ['RS256', 'h'],
      ['ES256', 'r'],
      ['HS256', 'unknown'],
      ['HS256', undefined],
    ] as const) {
      expect(ring.find(alg, kid)).toBeUndefined();
    }
  });
});

describe('published keys', () => {
  it('are the public halves of all pairs, and nothing secret', async () => {
    const verifyOnly = keyPair('RS256');
    const tokens = server([
      newKey('HS256', 'h'),
      newKey('RS256', 'r'),
      newKey('ES256', 'e'),
      newKey('EdDSA', 'd'),
      { kid: 'v', alg: 'RS256', publicKey: verifyOnly.publicKey },
    ]);
    const { keys } = await tokens.jwks();
    expect(keys.map(({ kid, alg, kty, use }) => [kid, alg, kty, use])).toEqual([
      ['r', 'RS256', 'RSA', 'sig'],
      ['e', 'ES256', 'EC', 'sig'],
      ['d', 'EdDSA', 'OKP', 'sig'],
      ['v', 'RS256', 'RSA', 'sig'],
    ]);
    const known = new Set(['kid', 'alg', 'kty', 'use', 'n', 'e', 'crv', 'x', 'y']);
    for (const key of keys) expect(Object.keys(key).filter((member) => !known.has(member))).toEqual([]);
  });

  it('can be changed by no reader', async () => {
    const tokens = server([newKey('ES256', 'e')]);
    const [first] = (await tokens.jwks()).keys;
    Object.assign(first ?? {}, { kid: 'other', x: 'AAAA' });
    expect((await tokens.jwks()).keys[0]).toMatchObject({ kid: 'e' });
    expect((await tokens.jwks()).keys[0]?.x).not.toBe('AAAA');
  });
});
