import { generateKeyPairSync } from 'node:crypto';
import { createTokens, type JwksOptions, TokenError, type Tokens } from 'sallyport/tokens';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../manual-clock.ts';
import { es256, forge, goodClaims, hs256, rs256 } from './forge.ts';
import { here, keyPair, newKey, newSecret } from './key-pairs.ts';
import { type KeyServer, startKeyServer } from './key-server.ts';

const unavailable = { name: 'TokenKeysUnavailableError', code: 'ERR_TOKEN_KEYS_UNAVAILABLE' };
const invalid = { code: 'ERR_TOKEN_INVALID_SIGNATURE' };

describe('keys that another issuer publishes', () => {
  let server: KeyServer;
  let clock: ReturnType<typeof manualClock>;
  const opened: Tokens[] = [];
  const first = createTokens({ ...here, keys: [newKey('ES256', '2026-11')] });
  const second = createTokens({ ...here, keys: [newKey('RS256', '2026-12')] });

  const consumer = (over: Partial<JwksOptions> = {}, more: object = {}) => {
    const tokens = createTokens({ ...here, jwks: { url: server.url, ...over }, clock, ...more });
    opened.push(tokens);
    return tokens;
  };
  const tokenOf = async (issuer: Tokens) => (await issuer.issue({ sub: 'user-1' }, { ttlSeconds: 7_200 })).token;
  const publish = async (...issuers: Tokens[]) => {
    const sets = await Promise.all(issuers.map((issuer) => issuer.jwks()));
    server.publish({ keys: sets.flatMap(({ keys }) => keys) });
  };

  beforeAll(async () => {
    server = await startKeyServer();
  });
  beforeEach(async () => {
    clock = manualClock(Date.now());
    await publish(first);
  });
  afterEach(async () => {
    for (const tokens of opened.splice(0)) await tokens.close();
  });
  afterAll(() => server.stop());

  it('verify its tokens, fetched once for all', async () => {
    const tokens = consumer();
    const before = server.requests;
    const issued = await Promise.all(Array.from({ length: 20 }, () => tokenOf(first)));
    for (const claims of await Promise.all(issued.map((token) => tokens.verify(token)))) {
      expect(claims).toMatchObject({ sub: 'user-1', iss: here.issuer });
    }
    await tokens.verify(await tokenOf(first));
    expect(server.requests - before).toBe(1);
  });

  it('are fetched again when they have reached their age, and a withdrawn key ends cached tokens too', async () => {
    const tokens = consumer({ maxAgeSeconds: 60 });
    const token = await tokenOf(first);
    await tokens.verify(token);
    await publish(second);
    clock.advance(59_999);
    await tokens.verify(token);
    clock.advance(1);
    await expect(tokens.verify(token)).rejects.toMatchObject(invalid);
    expect(await tokens.verify(await tokenOf(second))).toMatchObject({ sub: 'user-1' });
  });

  it('are fetched at once for a new name, no more than once in the cooldown', async () => {
    const tokens = consumer({ cooldownSeconds: 30 });
    await tokens.verify(await tokenOf(first));
    await publish(first, second);
    const before = server.requests;
    await expect(tokens.verify(await tokenOf(second))).rejects.toMatchObject(invalid);
    expect(server.requests - before).toBe(0);
    clock.advance(30_000);
    expect(await tokens.verify(await tokenOf(second))).toMatchObject({ sub: 'user-1' });
    expect(server.requests - before).toBe(1);

    const secret = newSecret();
    for (let n = 0; n < 50; n += 1) {
      const forged = forge({ alg: 'ES256', kid: `forged-${n}` }, goodClaims(), hs256(secret));
      await expect(tokens.verify(forged)).rejects.toMatchObject(invalid);
    }
    expect(server.requests - before).toBe(1);
  });

  it('do not vouch for our own issuer, nor our keys for theirs', async () => {
    const own = newKey('HS256', 'own');
    const theirs = { issuer: 'https://login.example' };
    const idp = createTokens({ ...here, ...theirs, keys: [newKey('ES256', 'theirs')] });
    const impostor = createTokens({ ...here, keys: [newKey('ES256', 'x')] });
    await publish(idp, impostor);
    const tokens = consumer(theirs, { keys: [own] });
    expect(await tokens.verify(await tokenOf(idp))).toMatchObject({ iss: 'https://login.example' });
    expect(await tokens.verify(await tokenOf(tokens))).toMatchObject({ iss: here.issuer });
    await expect(tokens.verify(await tokenOf(impostor))).rejects.toMatchObject({ claim: 'iss' });
    const lent = createTokens({ ...here, ...theirs, keys: [own] });
    await expect(tokens.verify(await tokenOf(lent))).rejects.toMatchObject({ claim: 'iss' });
  });

  it('never replace a key of ours that has the same name', async () => {
    const published = keyPair('ES256');
    server.publish({ keys: [{ ...published.publicKey.export({ format: 'jwk' }), kid: 'own', alg: 'ES256' } as never] });
    const tokens = consumer({}, { keys: [newKey('HS256', 'own')] });
    const token = forge({ alg: 'ES256', kid: 'own' }, goodClaims(), es256(published.privateKey));
    await expect(tokens.verify(token)).rejects.toMatchObject(invalid);
  });

  it('are held to the list of algorithms, to their own algorithm and to a safe size', async () => {
    const pair = keyPair('RS256');
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const jwk = pair.publicKey.export({ format: 'jwk' });
    server.publish({
      keys: [
        { ...jwk, kid: 'any' },
        { ...jwk, kid: 'pss', alg: 'PS256' },
        { ...jwk, kid: 'enc', use: 'enc' },
        { ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak' },
        { kty: 'oct', k: newSecret(), kid: 'oct' },
      ] as never,
    });
    const signed = (kid: string, key = pair.privateKey) => forge({ alg: 'RS256', kid }, goodClaims(), rs256(key));
    const tokens = consumer();
    expect(await tokens.verify(signed('any'))).toMatchObject({ sub: 'user-1' });
    for (const token of [signed('pss'), signed('enc'), signed('weak', weak.privateKey)]) {
      await expect(tokens.verify(token)).rejects.toMatchObject(invalid);
    }
    const narrow = consumer({ algorithms: ['ES256'] });
    await expect(narrow.verify(signed('any'))).rejects.toMatchObject(invalid);
    const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const kid of ['any', 'oct']) {
      const confused = forge({ alg: 'HS256', kid }, goodClaims(), hs256(pem));
      await expect(tokens.verify(confused)).rejects.toMatchObject(invalid);
    }
  });

  describe('when the publisher fails', () => {
    const redirectOnce = async () => {
      server.answer((response) => {
        response.writeHead(302, { location: server.url }).end();
        void publish(first);
      });
    };
    afterEach(() => server.start().catch(() => {}));

    it.each([
      ['it is away', () => server.stop(), 'no connection'],
      ['it answers 500', async () => server.answer((response) => response.writeHead(500).end('no')), 'status 500'],
      ['it answers HTML', async () => server.answer((response) => response.end('<html>')), 'not JSON'],
      ['it answers other JSON', async () => server.answer((response) => response.end('{"keys":1}')), 'not a JWK Set'],
      ['it redirects, even to keys that fit', redirectOnce, 'no connection'],
      ['it is silent', async () => server.answer(() => {}), 'no answer within 300 ms'],
      [
        'it never ends',
        async () => server.answer((response) => response.write('{"keys":[')),
        'no answer within 300 ms',
      ],
      [
        'it sends too much',
        async () => server.answer((response) => response.end(`"${'x'.repeat(300_000)}"`)),
        'exceeds 262144 bytes',
      ],
    ])('%s: no token is called bad, and it is asked no more than once a second', async (_, fail, reason) => {
      await fail();
      const tokens = consumer({ timeoutMs: 300 });
      const before = server.requests;
      const answers = await Promise.allSettled(
        Array.from({ length: 20 }, async () => tokens.verify(await tokenOf(first))),
      );
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 'rejected', reason: unavailable });
        const { message } = (answer as PromiseRejectedResult).reason;
        expect(message).toContain(reason);
        expect((answer as PromiseRejectedResult).reason).not.toBeInstanceOf(TokenError);
      }
      await expect(tokens.verify(await tokenOf(first))).rejects.toMatchObject(unavailable);
      expect(server.requests - before).toBeLessThanOrEqual(1);
      await server.start().catch(() => {});
      await publish(first);
      clock.advance(1_000);
      expect(await tokens.verify(await tokenOf(first))).toMatchObject({ sub: 'user-1' });
    });

    it('the set in hand serves on for a while, without waiting', async () => {
      const tokens = consumer({ maxAgeSeconds: 60, staleSeconds: 600, timeoutMs: 1_000 });
      const known = await tokenOf(first);
      await tokens.verify(known);
      server.answer((response) => response.writeHead(500).end());
      clock.advance(61_000);
      await tokens.verify(known);

      let waiting = true;
      const asked = new Promise<void>((resolve) =>
        server.answer((response) => {
          response.on('close', () => {
            waiting = false;
          });
          resolve();
        }),
      );
      clock.advance(2_000);
      await tokens.verify(known);
      await asked;
      expect(waiting).toBe(true);

      await expect(tokens.verify(await tokenOf(second))).rejects.toMatchObject(unavailable);
      clock.advance(600_000);
      await expect(tokens.verify(known)).rejects.toMatchObject(unavailable);
      await publish(first);
      clock.advance(1_000);
      expect(await tokens.verify(known)).toMatchObject({ sub: 'user-1' });
    });

    it('closing ends a fetch under way', async () => {
      const arrived = new Promise<void>((resolve) => server.answer(() => resolve()));
      const tokens = consumer({ timeoutMs: 60_000 });
      const verifying = tokens.verify(await tokenOf(first));
      await arrived;
      await tokens.close();
      await expect(verifying).rejects.toMatchObject(unavailable);
    });
  });
});
