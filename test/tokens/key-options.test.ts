import { createSecretKey, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { InvalidOptionError } from 'sallyport';
import { createTokens, memoryRevocationStore, type TokenKey, type TokensOptions } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { here, keyPair, newKey, newSecret } from './key-pairs.ts';

const rsa = keyPair('RS256');
const p256 = keyPair('ES256');
const ed25519 = keyPair('EdDSA');
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const x25519 = generateKeyPairSync('x25519');
const pem = (key: typeof p256.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const encryptedPem = p256.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
  .toString();
const jwk = p256.privateKey.export({ format: 'jwk' });
const { crv: _, ...withoutCurve } = jwk;
const otherJwk = keyPair('ES256').privateKey.export({ format: 'jwk' });

const refusedKeys: readonly (readonly [string, unknown, string])[] = [
  ['a short secret', { kid: 'k', alg: 'HS256', secret: 'too-short-to-be-a-secret' }, 'secret'],
  ['a short secret in bytes', { kid: 'k', alg: 'HS256', secret: randomBytes(31) }, 'secret'],
  ['a short secret KeyObject', { kid: 'k', alg: 'HS256', secret: createSecretKey(randomBytes(16)) }, 'secret'],
  ['an unset variable', { kid: 'k', alg: 'HS256', secret: undefined }, 'secret'],
  ['a private key as a secret', { kid: 'k', alg: 'HS256', secret: pem(p256.privateKey) }, 'secret'],
  ['a public KeyObject as a secret', { kid: 'k', alg: 'HS256', secret: rsa.publicKey }, 'secret'],
  ['RSA of 1024 bits', { kid: 'k', alg: 'RS256', privateKey: shortRsa.privateKey }, 'privateKey'],
  ['RSA-PSS for RS256', { kid: 'k', alg: 'RS256', privateKey: rsaPss.privateKey }, 'privateKey'],
  ['an EC key for RS256', { kid: 'k', alg: 'RS256', privateKey: p256.privateKey }, 'privateKey'],
  ['P-384 for ES256', { kid: 'k', alg: 'ES256', privateKey: p384.privateKey }, 'privateKey'],
  ['P-384 to verify ES256', { kid: 'k', alg: 'ES256', publicKey: p384.publicKey }, 'publicKey'],
  ['Ed25519 for ES256', { kid: 'k', alg: 'ES256', privateKey: pem(ed25519.privateKey) }, 'privateKey'],
  ['X25519 for EdDSA', { kid: 'k', alg: 'EdDSA', privateKey: x25519.privateKey }, 'privateKey'],
  ['a public key where the private belongs', { kid: 'k', alg: 'ES256', privateKey: p256.publicKey }, 'privateKey'],
  ['a private key where the public belongs', { kid: 'k', alg: 'ES256', publicKey: p256.privateKey }, 'publicKey'],
  ['private PEM where the public belongs', { kid: 'k', alg: 'ES256', publicKey: pem(p256.privateKey) }, 'publicKey'],
  ['a private JWK where the public belongs', { kid: 'k', alg: 'ES256', publicKey: jwk }, 'publicKey'],
  ['a JWK of another algorithm', { kid: 'k', alg: 'ES256', privateKey: { ...jwk, alg: 'ES384' } }, 'privateKey'],
  ['a JWK for encryption', { kid: 'k', alg: 'ES256', privateKey: { ...jwk, use: 'enc' } }, 'privateKey'],
  ['a JWK without its curve', { kid: 'k', alg: 'ES256', privateKey: withoutCurve }, 'privateKey'],
  ['a JWK of two keys', { kid: 'k', alg: 'ES256', privateKey: { ...jwk, d: otherJwk.d } as JsonWebKey }, 'privateKey'],
  ['encrypted PEM', { kid: 'k', alg: 'ES256', privateKey: encryptedPem }, 'privateKey'],
  ['damaged PEM', { kid: 'k', alg: 'ES256', privateKey: pem(p256.privateKey).slice(0, 90) }, 'privateKey'],
  ['no PEM at all', { kid: 'k', alg: 'ES256', privateKey: newSecret() }, 'privateKey'],
  ['null as a key', { kid: 'k', alg: 'ES256', privateKey: null }, 'privateKey'],
  [
    'a public half of another pair',
    { kid: 'k', alg: 'ES256', privateKey: p256.privateKey, publicKey: keyPair('ES256').publicKey },
    'publicKey',
  ],
  ['neither half', { kid: 'k', alg: 'ES256' }, ''],
  ['the algorithm none', { kid: 'k', alg: 'none' }, 'alg'],
  ['an algorithm that is inherited', { kid: 'k', alg: 'constructor', privateKey: p256.privateKey }, 'alg'],
  ['HS512', { kid: 'k', alg: 'HS512', secret: newSecret() }, 'alg'],
  ['no name', { alg: 'HS256', secret: newSecret() }, 'kid'],
  ['an empty name', { kid: '', alg: 'HS256', secret: newSecret() }, 'kid'],
  ['a string', newSecret(), ''],
];

describe('keys', () => {
  it.each(refusedKeys)('refuse %s, and show nothing of it', (_, key, member) => {
    const option = member === '' ? 'tokens.keys[1]' : `tokens.keys[1].${member}`;
    let refused: unknown;
    try {
      createTokens({ ...here, keys: [newKey('HS256', 'first'), key as TokenKey] });
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(InvalidOptionError);
    expect(refused).toMatchObject({ option });
    const shown = inspect(refused, { depth: 10, showHidden: true });
    for (const secret of [jwk.d, jwk.x, 'open sesame', 'too-short-to-be', 'BEGIN PRIVATE']) {
      expect(shown).not.toContain(secret);
    }
    if (typeof key === 'string') expect(shown).not.toContain(key);
  });

  it.each([
    ['text', { secret: newSecret() }],
    ['bytes', { secret: randomBytes(32) }],
    ['a KeyObject', { secret: createSecretKey(randomBytes(64)) }],
  ])('accept a secret as %s', async (_, { secret }) => {
    const tokens = createTokens({ ...here, keys: [{ kid: 'k', alg: 'HS256', secret }] });
    await tokens.verify((await tokens.issue({ sub: 'user-1' })).token);
  });

  it.each([
    ['PEM', pem(p256.privateKey), p256.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['KeyObject', p256.privateKey, p256.publicKey],
    ['JWK', jwk, p256.publicKey.export({ format: 'jwk' })],
  ])('accept a pair as %s, whole or by half', async (_, privateKey, publicKey) => {
    const whole = createTokens({ ...here, keys: [{ kid: 'k', alg: 'ES256', privateKey, publicKey }] });
    const signing = createTokens({ ...here, keys: [{ kid: 'k', alg: 'ES256', privateKey }] });
    const verifying = createTokens({ ...here, keys: [{ kid: 'k', alg: 'ES256', publicKey }] });
    const { token } = await signing.issue({ sub: 'user-1' });
    for (const tokens of [whole, signing, verifying])
      expect(await tokens.verify(token)).toMatchObject({ sub: 'user-1' });
  });

  it('refuse a name that occurs twice', () => {
    const keys = [newKey('HS256', 'same'), newKey('ES256', 'same')];
    expect(() => createTokens({ ...here, keys })).toThrow(/tokens\.keys\[1\]\.kid/);
  });
});

describe('options', () => {
  const good: TokensOptions = { ...here, keys: [newKey('HS256', 'k')] };
  const store = memoryRevocationStore();
  const pushedFor = (serveSeconds: number) => ({ mode: 'pushed', store, whenBehind: { serveSeconds } });
  it.each([
    ['tokens', undefined],
    ['tokens.keys', { ...good, keys: [] }],
    ['tokens.keys', { ...good, keys: undefined }],
    ['tokens.keys', { ...good, keys: {} }],
    ['tokens.issuer', { ...good, issuer: '' }],
    ['tokens.issuer', { ...good, issuer: undefined }],
    ['tokens.audience', { ...good, audience: [] }],
    ['tokens.audience', { ...good, audience: undefined }],
    ['tokens.audience', { ...good, audience: ['shop', 7] }],
    ['tokens.ttlSeconds', { ...good, ttlSeconds: 0 }],
    ['tokens.ttlSeconds', { ...good, ttlSeconds: 0.5 }],
    ['tokens.maxTtlSeconds', { ...good, ttlSeconds: 60, maxTtlSeconds: 59 }],
    ['tokens.clockToleranceSeconds', { ...good, clockToleranceSeconds: 301 }],
    ['tokens.clockToleranceSeconds', { ...good, clockToleranceSeconds: -1 }],
    ['tokens.cache.maxTokens', { ...good, cache: { maxTokens: -1 } }],
    ['tokens.revocation.mode', { ...good, revocation: { mode: 'deny' } }],
    ['tokens.revocation.store', { ...good, revocation: { mode: 'pushed', store: { check: async () => {} } } }],
    ['tokens.revocation.leaseMs', { ...good, revocation: { mode: 'pushed', store, leaseMs: 99 } }],
    ['tokens.revocation.whenBehind', { ...good, revocation: { mode: 'pushed', store, whenBehind: 'hope' } }],
    ['tokens.revocation.whenBehind.serveSeconds', { ...good, revocation: pushedFor(0) }],
    ['tokens.revocation.whenUnavailable', { ...good, revocation: { ...pushedFor(9), whenUnavailable: 'accept' } }],
    ['tokens.revocation.leaseMs', { ...good, revocation: { mode: 'deny-list', store, leaseMs: 1_000 } }],
    ['tokens.revocation.announce', { ...good, revocation: { mode: 'allow-list', store, announce: true } }],
    ['tokens.revocation.store', { ...good, revocation: { mode: 'deny-list' } }],
    [
      'tokens.revocation.whenUnavailable',
      { ...good, revocation: { mode: 'deny-list', store, whenUnavailable: 'maybe' } },
    ],
    ['tokens.jwks.url', { ...here, jwks: { url: 'not a url' } }],
    ['tokens.jwks.url', { ...here, jwks: { url: 'http://login.example/jwks' } }],
    ['tokens.jwks.url', { ...here, jwks: { url: 'https://user:open-sesame@login.example/jwks' } }],
    ['tokens.jwks.url', { ...here, jwks: { url: 'file:///etc/keys.json' } }],
    ['tokens.jwks.algorithms', { ...here, jwks: { url: 'https://login.example/jwks', algorithms: ['HS256'] } }],
    ['tokens.jwks.cooldownSeconds', { ...here, jwks: { url: 'https://login.example/jwks', cooldownSeconds: 0 } }],
    ['tokens.jwks.timeoutMs', { ...here, jwks: { url: 'https://login.example/jwks', timeoutMs: 0 } }],
    ['tokens.jwks.issuer', { ...here, jwks: { url: 'https://login.example/jwks', issuer: '' } }],
  ])('refuse a wrong %s', (option, options) => {
    let refused: unknown;
    try {
      createTokens(options as never);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(InvalidOptionError);
    expect(refused).toMatchObject({ option });
    expect(String(refused)).not.toContain('open-sesame');
  });

  it('accept the longest life a config asks for', () => {
    expect(() => createTokens({ ...good, ttlSeconds: 86_400 })).not.toThrow();
    expect(() => createTokens({ ...here, jwks: { url: 'https://login.example/jwks' } })).not.toThrow();
  });
});
