import { verify as verifyRaw } from 'node:crypto';
import { InvalidOptionError } from 'sallyport';
import { createTokens, type TokenAlgorithm, TokenSigningKeyMissingError } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { uuidV7Ms } from '../../src/uuid-v7.ts';
import { manualClock } from '../manual-clock.ts';
import { decode, eddsa, es256, forge, goodClaims, hs256, rs256 } from './forge.ts';
import { here, keyPair, newKey, newSecret } from './key-pairs.ts';

const algorithms: readonly TokenAlgorithm[] = ['HS256', 'RS256', 'ES256', 'EdDSA'];

describe.each(algorithms)('%s', (alg) => {
  const key = newKey(alg, `key-${alg}`);
  const tokens = createTokens({ ...here, keys: [key] });

  it('verifies what it issued, with every claim', async () => {
    const { token, claims } = await tokens.issue({
      sub: 'user-1',
      username: 'Zoë 张',
      role: 'admin',
      deviceId: 'phone',
    });
    expect(await tokens.verify(token)).toEqual(claims);
    expect(claims).toMatchObject({
      sub: 'user-1',
      username: 'Zoë 张',
      role: 'admin',
      device: 'phone',
      iss: here.issuer,
      aud: here.audience,
      exp: claims.iat + 900,
    });
    expect(decode(token)).toEqual({ header: { alg, kid: `key-${alg}`, typ: 'JWT' }, payload: claims });
  });

  it('verifies in another process that has only the key', async () => {
    const { token, claims } = await tokens.issue({ sub: 'user-1' });
    expect(await createTokens({ ...here, keys: [key] }).verify(token)).toEqual(claims);
  });

  it('refuses a token of another key with the same name', async () => {
    const { token } = await createTokens({ ...here, keys: [newKey(alg, `key-${alg}`)] }).issue({ sub: 'user-1' });
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID_SIGNATURE' });
  });
});

describe('tokens made elsewhere', () => {
  const pairs = { RS256: keyPair('RS256'), ES256: keyPair('ES256'), EdDSA: keyPair('EdDSA') };
  const secret = newSecret();

  it('are verified with a shared secret or public key, whichever program signed them', async () => {
    const tokens = createTokens({
      ...here,
      keys: [
        { kid: 'h', alg: 'HS256', secret },
        { kid: 'r', alg: 'RS256', publicKey: pairs.RS256.publicKey.export({ type: 'spki', format: 'pem' }).toString() },
        { kid: 'e', alg: 'ES256', publicKey: pairs.ES256.publicKey.export({ format: 'jwk' }) },
        { kid: 'd', alg: 'EdDSA', publicKey: pairs.EdDSA.publicKey },
      ],
    });
    const claims = goodClaims();
    const signed = [
      forge({ alg: 'HS256', kid: 'h' }, claims, hs256(secret)),
      forge({ alg: 'RS256', kid: 'r' }, claims, rs256(pairs.RS256.privateKey)),
      forge({ alg: 'ES256', kid: 'e' }, claims, es256(pairs.ES256.privateKey)),
      forge({ alg: 'EdDSA', kid: 'd', typ: 'at+jwt' }, claims, eddsa(pairs.EdDSA.privateKey)),
    ];
    for (const token of signed) expect(await tokens.verify(token)).toEqual(claims);
  });

  it('need no kid while only one key has their algorithm', async () => {
    const one = createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }, newKey('ES256', 'e')] });
    const two = createTokens({ ...here, keys: [{ kid: 'h', alg: 'HS256', secret }, newKey('HS256', 'h2')] });
    const token = forge({ alg: 'HS256' }, goodClaims(), hs256(secret));
    expect(await one.verify(token)).toMatchObject({ sub: 'user-1' });
    await expect(two.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID_SIGNATURE' });
  });

  it('verify anywhere: a signature of ours is good for node:crypto', async () => {
    const { privateKey, publicKey } = pairs.ES256;
    const tokens = createTokens({ ...here, keys: [{ kid: 'e', alg: 'ES256', privateKey }] });
    const { token } = await tokens.issue({ sub: 'user-1' });
    const [header, payload, signature = ''] = token.split('.');
    const input = Buffer.from(`${header}.${payload}`);
    const raw = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
    expect(verifyRaw('sha256', input, raw, Buffer.from(signature, 'base64url'))).toBe(true);
  });
});

describe('issue', () => {
  const tokens = createTokens({ ...here, keys: [newKey('HS256', 'k')], ttlSeconds: 60, maxTtlSeconds: 3_600 });

  it('gives every token a jti of its own that holds the millisecond', async () => {
    const clock = manualClock(1_700_000_000_987);
    const stopped = createTokens({ ...here, keys: [newKey('HS256', 'k')], clock });
    const issued = await Promise.all(Array.from({ length: 100 }, () => stopped.issue({ sub: 'user-1' })));
    expect(new Set(issued.map(({ claims }) => claims.jti)).size).toBe(100);
    for (const { claims } of issued) {
      expect(uuidV7Ms(claims.jti)).toBe(1_700_000_000_987);
      expect(claims.iat).toBe(1_700_000_000);
    }
  });

  it('carries the application’s own claims through', async () => {
    const own = { tenant: 'acme', limits: { seats: 3, plans: ['a', 'b'] }, beta: false, nothing: null };
    const { token, claims } = await tokens.issue({ sub: 'user-1', ...own, username: undefined, role: undefined });
    expect(await tokens.verify(token)).toMatchObject(own);
    expect(Object.keys(claims)).not.toContain('username');
  });

  it('takes a life of its own, up to the longest', async () => {
    const { claims } = await tokens.issue({ sub: 'user-1' }, { ttlSeconds: 3_600 });
    expect(claims.exp - claims.iat).toBe(3_600);
    for (const ttlSeconds of [0, -1, 1.5, 3_601, Number.NaN, '60' as unknown as number]) {
      await expect(tokens.issue({ sub: 'user-1' }, { ttlSeconds })).rejects.toMatchObject({ option: 'ttlSeconds' });
    }
  });

  it('writes all audiences and accepts any of them', async () => {
    const key = newKey('HS256', 'k');
    const both = createTokens({ ...here, keys: [key], audience: ['shop', 'cart'] });
    const cart = createTokens({ ...here, keys: [key], audience: 'cart' });
    const { token, claims } = await both.issue({ sub: 'user-1' });
    expect(claims.aud).toEqual(['shop', 'cart']);
    expect(await cart.verify(token)).toEqual(claims);
    expect(await both.verify((await cart.issue({ sub: 'user-1' })).token)).toMatchObject({ aud: 'cart' });
  });

  const cyclic: Record<string, unknown> = { sub: 'user-1' };
  cyclic.self = cyclic;
  it.each([
    ['no user', {}, 'claims.sub'],
    ['an empty user', { sub: '' }, 'claims.sub'],
    ['a user that is a number', { sub: 7 }, 'claims.sub'],
    ['a user that is too long', { sub: 'x'.repeat(513) }, 'claims.sub'],
    ['nothing', null, 'claims'],
    ['a role that is no text', { sub: 'user-1', role: ['admin'] }, 'claims'],
    ['an empty device', { sub: 'user-1', deviceId: '' }, 'claims.deviceId'],
    ['a claim that issue() sets', { sub: 'user-1', exp: 9_999_999_999 }, 'claims.exp'],
    ['another claim that issue() sets', { sub: 'user-1', jti: 'mine' }, 'claims.jti'],
    ['something that is not JSON', { sub: 'user-1', big: 1n }, 'claims'],
    ['a cycle', cyclic, 'claims'],
    ['too much', { sub: 'user-1', blob: 'x'.repeat(8_000) }, 'claims'],
  ])('refuses %s', async (_, contents, option) => {
    const refused = await tokens.issue(contents as never).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InvalidOptionError);
    expect(refused).toMatchObject({ option });
  });

  it('says so when no key can sign', async () => {
    const verifyOnly = createTokens({
      ...here,
      keys: [{ kid: 'e', alg: 'ES256', publicKey: keyPair('ES256').publicKey }],
    });
    await expect(verifyOnly.issue({ sub: 'user-1' })).rejects.toThrow(TokenSigningKeyMissingError);
  });
});
