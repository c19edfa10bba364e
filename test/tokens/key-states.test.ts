/** Keys by their state, and keys that a callback gives. */
import { createSecretKey, randomBytes } from 'node:crypto';
import { createTokens, type TokenKey, type Tokens } from 'sallyport/tokens';
import { describe, expect, it } from 'vitest';
import { until } from '../until.ts';
import { decode, es256, forge, goodClaims } from './forge.ts';
import { here, keyPair, newKey, newSecret } from './key-pairs.ts';
import { startKeyServer } from './key-server.ts';

const server = (...keys: TokenKey[]) => createTokens({ ...here, keys });
const tokenOf = async (tokens: Tokens) => (await tokens.issue({ sub: 'user-1' })).token;
const invalid = { code: 'ERR_TOKEN_INVALID_SIGNATURE' };
const unavailable = { name: 'TokenKeysUnavailableError', code: 'ERR_TOKEN_KEYS_UNAVAILABLE' };

describe('the state of a key', () => {
  const [old, next] = [newKey('ES256', '2026-11'), newKey('EdDSA', '2026-12')];
  const withState = (key: TokenKey, state: 'verify-only' | 'retired') => ({ ...key, state }) as TokenKey;

  it('leads from key to key, whatever their order, and logs nobody out', async () => {
    const steps = [
      server(old),
      server(old, withState(next, 'verify-only')),
      server(withState(old, 'verify-only'), next),
      server(withState(old, 'retired'), next),
    ] as const;
    const tokens = await Promise.all(steps.map(tokenOf));
    expect(tokens.map((token) => decode(token).header.kid)).toEqual(['2026-11', '2026-11', '2026-12', '2026-12']);
    for (const token of tokens.slice(0, 2)) {
      for (const step of steps.slice(0, 3)) expect(await step.verify(token)).toMatchObject({ sub: 'user-1' });
      await expect(steps[3].verify(token)).rejects.toMatchObject(invalid);
    }
    for (const token of tokens.slice(2)) {
      for (const step of steps.slice(1)) expect(await step.verify(token)).toMatchObject({ sub: 'user-1' });
    }
    const published = await Promise.all(steps.map(async (step) => (await step.jwks()).keys.map(({ kid }) => kid)));
    expect(published).toEqual([['2026-11'], ['2026-11', '2026-12'], ['2026-11', '2026-12'], ['2026-12']]);
  });

  it('retired needs no more than a name, which nobody can take: no other key of ours and no published set', async () => {
    const stolen = keyPair('ES256');
    const publisher = await startKeyServer();
    publisher.publish({
      keys: [{ ...stolen.publicKey.export({ format: 'jwk' }), kid: 'leaked', alg: 'ES256' } as never],
    });
    const own = { ...here, jwks: { url: publisher.url } };
    const token = forge({ alg: 'ES256', kid: 'leaked', typ: 'JWT' }, goodClaims(), es256(stolen.privateKey));
    expect(await createTokens(own).verify(token)).toMatchObject({ sub: 'user-1' });
    const retired = createTokens({ ...own, keys: [{ kid: 'leaked', state: 'retired' }] });
    await expect(retired.verify(token)).rejects.toMatchObject(invalid);
    await expect(retired.issue({ sub: 'user-1' })).rejects.toMatchObject({ code: 'ERR_TOKEN_SIGNING_KEY_MISSING' });
    expect(() => server({ kid: 'leaked', state: 'retired' }, newKey('HS256', 'leaked'))).toThrow(/keys\[1\]\.kid/);
    await publisher.stop();
  });

  it('verify-only alone issues nothing', async () => {
    const tokens = server(withState(newKey('HS256', 'h'), 'verify-only'));
    await expect(tokens.issue({ sub: 'user-1' })).rejects.toMatchObject({ code: 'ERR_TOKEN_SIGNING_KEY_MISSING' });
  });

  it('is one of three words', () => {
    expect(() => server({ ...newKey('HS256', 'h'), state: 'old' as never })).toThrow(/tokens\.keys\[0\]\.state/);
  });
});

describe('a key from a callback', () => {
  it('is asked for when it is needed, once', async () => {
    const { privateKey, publicKey } = keyPair('ES256');
    const secret = newSecret();
    const calls: string[] = [];
    const tokens = server(
      {
        kid: 'e',
        alg: 'ES256',
        privateKey: async () => {
          calls.push('private');
          return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
        },
      },
      {
        kid: 'h',
        alg: 'HS256',
        secret: () => {
          calls.push('secret');
          return secret;
        },
      },
    );
    expect(calls).toEqual([]);
    const issued = await Promise.all([tokenOf(tokens), tokenOf(tokens), tokenOf(tokens)]);
    for (const token of issued) await tokens.verify(token);
    await server({ kid: 'e', alg: 'ES256', publicKey: async () => publicKey }).verify(issued[0]);
    await tokens.verify(await tokenOf(server({ kid: 'h', alg: 'HS256', secret })));
    expect((await tokens.jwks()).keys.map(({ kid }) => kid)).toEqual(['e']);
    expect(calls).toEqual(['private', 'secret']);
  });

  it('that fails is an outage and not a bad token, and is asked again later', async () => {
    const secret = createSecretKey(randomBytes(32));
    const { token } = await server({ kid: 'h', alg: 'HS256', secret }).issue({ sub: 'user-1' });
    let calls = 0;
    const tokens = server({
      kid: 'h',
      alg: 'HS256',
      secret: async () => {
        calls += 1;
        if (calls === 1) throw new Error('the vault said: hunter2');
        return secret;
      },
    });
    const failures = await Promise.all(
      [tokens.verify(token), tokens.verify(token), tokens.issue({ sub: 'a' })].map((each) =>
        each.then(
          () => undefined,
          (error: Error) => error,
        ),
      ),
    );
    for (const failure of failures) {
      expect(failure).toMatchObject(unavailable);
      expect(failure?.message).not.toContain('hunter2');
    }
    expect(calls).toBe(1);
    const answer = () =>
      tokens.verify(token).then(
        ({ sub }) => sub,
        ({ code }) => code,
      );
    await until(answer, 'user-1');
    expect(calls).toBe(2);
  });

  it('verifies by publicKey without waiting for privateKey', async () => {
    const { privateKey, publicKey } = keyPair('EdDSA');
    const { token } = await server({ kid: 'd', alg: 'EdDSA', privateKey }).issue({ sub: 'user-1' });
    const tokens = server({ kid: 'd', alg: 'EdDSA', publicKey, privateKey: () => Promise.reject(new Error('away')) });
    expect(await tokens.verify(token)).toMatchObject({ sub: 'user-1' });
    expect((await tokens.jwks()).keys).toHaveLength(1);
    await expect(tokens.issue({ sub: 'user-1' })).rejects.toMatchObject(unavailable);
  });

  it.each<[string, TokenKey, string]>([
    ['a short secret', { kid: 'k', alg: 'HS256', secret: () => 'short' }, 'secret'],
    ['a key of another curve', { kid: 'k', alg: 'ES256', privateKey: () => keyPair('EdDSA').privateKey }, 'privateKey'],
    [
      'a private key for a public one',
      { kid: 'k', alg: 'ES256', publicKey: () => keyPair('ES256').privateKey },
      'publicKey',
    ],
    [
      'another pair',
      { kid: 'k', alg: 'ES256', privateKey: () => keyPair('ES256').privateKey, publicKey: keyPair('ES256').publicKey },
      'publicKey',
    ],
  ])('is refused when it gives %s', async (_, key, member) => {
    const tokens = server(key);
    const use = member === 'publicKey' && !('privateKey' in key) ? tokens.jwks() : tokens.issue({ sub: 'user-1' });
    await expect(use).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: `tokens.keys[0].${member}` });
  });
});
