/**
 * Random tokens against `verify`, `revoke` and `pairs.refresh`: none crashes, none is accepted but those that are
 * genuine. `SALLYPORT_FUZZ_INPUTS=1000000` runs longer, `SALLYPORT_FUZZ_SEED` repeats a run.
 */
import { createTokens, memoryPairStore, memoryRevocationStore, TokenError } from 'sallyport/tokens';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../lab/src/experiments/seeded-random.ts';
import { manualClock } from '../manual-clock.ts';
import { decode, eddsa, encode, es256, forge, goodClaims, hs256, rs256 } from './forge.ts';
import { here, keyPair, newSecret } from './key-pairs.ts';
import { type FuzzMaterial, json, mutations } from './token-mutations.ts';

const inputs = Number(process.env.SALLYPORT_FUZZ_INPUTS ?? 20_000);
const seed = Number(process.env.SALLYPORT_FUZZ_SEED ?? 1);
const timeoutMs = 60_000 + inputs;
// It stands still, so that a long run is not one of expired tokens and closed grace windows.
const clock = manualClock(Date.now());
const secret = newSecret();
const [rsa, ec, ed] = [keyPair('RS256'), keyPair('ES256'), keyPair('EdDSA')] as const;
const tokens = createTokens({
  ...here,
  keys: [
    { kid: 'h', alg: 'HS256', secret },
    { kid: 'r', alg: 'RS256', privateKey: rsa.privateKey },
    { kid: 'e', alg: 'ES256', privateKey: ec.privateKey },
    { kid: 'd', alg: 'EdDSA', privateKey: ed.privateKey },
  ],
  ttlSeconds: 7_200,
  revocation: { mode: 'deny-list', store: memoryRevocationStore() },
  pairs: { store: memoryPairStore({ clock }) },
  clock,
});
const signers = [hs256(secret), rs256(rsa.privateKey), es256(ec.privateKey), eddsa(ed.privateKey)] as const;
const claims = { ...goodClaims(), exp: Math.floor(Date.now() / 1_000) + 7_000 };
const valid = (['HS256', 'RS256', 'ES256', 'EdDSA'] as const).map((alg, index) =>
  forge({ alg, kid: 'hred'[index], typ: 'JWT' }, claims, signers[index]!),
);
const material: FuzzMaterial = {
  valid,
  publicBytes: [rsa, ec, ed].flatMap(({ publicKey }) => [
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicKey.export({ type: 'spki', format: 'pem' }).toString().trim(),
    publicKey.export({ type: 'spki', format: 'der' }),
    JSON.stringify(publicKey.export({ format: 'jwk' })),
  ]),
  kids: ['h', 'r', 'e', 'd'],
};
const signedInputs = new Map(valid.map((token) => [token.slice(0, token.lastIndexOf('.')), token]));

/** An ECDSA signature (r, s) has a twin, (r, n - s), which everybody can compute and no standard forbids. */
function isTwin(token: string): boolean {
  const known = signedInputs.get(token.slice(0, token.lastIndexOf('.')));
  return known !== undefined && decode(known).header.alg === 'ES256';
}

describe(`${inputs.toLocaleString('en')} random tokens, seed ${seed}`, () => {
  const outcomes = new Map<string, number>();
  const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  beforeAll(async () => {
    for (const token of valid) expect(await tokens.verify(token)).toEqual(claims);
  });

  it.each(Object.entries(mutations))(
    '%s',
    async (name, mutate) => {
      const random = seededRandom(seed, name);
      for (let n = 0; n < inputs / Object.keys(mutations).length; n += 1) {
        const token = mutate(random, material);
        const outcome = await tokens.verify(token).then(
          () => 'accepted',
          (error: unknown) => error,
        );
        if (outcome !== 'accepted') {
          if (!(outcome instanceof TokenError)) throw new Error(`crash at ${n}: ${token}`, { cause: outcome });
          count(outcome.code);
          continue;
        }
        if (!valid.includes(token) && !isTwin(token)) throw new Error(`accepted at ${n}: ${token}`);
        count(valid.includes(token) ? 'unchanged' : 'twin of an ES256 signature');
      }
    },
    timeoutMs,
  );

  it(
    'claims that were really signed, of every type and size: refused by name, or what was asked for',
    async () => {
      const random = seededRandom(seed, 'signed');
      let accepted = 0;
      for (let n = 0; n < inputs / 20; n += 1) {
        const which = random.integer(0, 3);
        const header = `{"alg":"${['HS256', 'RS256', 'ES256', 'EdDSA'][which]}","kid":"${'hred'[which]}"}`;
        const payload = json(random, [
          ...Object.entries(claims).filter(() => random.next() < 0.97),
          ...(random.next() < 0.3
            ? [[random.pick(['exp', 'sub', 'aud', 'nbf', 'own']), random.pick(strangeValues)] as const]
            : []),
        ]);
        const token = forge(header, payload, signers[which]!);
        const outcome = await tokens.verify(token).catch((error: unknown) => error);
        if (outcome instanceof TokenError) continue;
        if (outcome instanceof Error) throw new Error(`crash at ${n}: ${payload}`, { cause: outcome });
        expect(outcome).toMatchObject({ iss: here.issuer, sub: expect.any(String) });
        expect(JSON.parse(payload)).toEqual(outcome);
        accepted += 1;
      }
      expect(accepted).toBeGreaterThan(inputs / 100);
    },
    timeoutMs,
  );

  it(
    'refresh tokens',
    async () => {
      const random = seededRandom(seed, 'refresh');
      const { refreshToken } = await tokens.pairs.issue({ userId: 'user-1' });
      const refreshMaterial = { ...material, valid: [refreshToken, `${refreshToken}.${encode('x')}`] };
      for (let n = 0; n < inputs / 20; n += 1) {
        const edited = mutations[random.pick(['one character', 'bytes without sense', 'parts in another order'])]!(
          random,
          refreshMaterial,
        );
        if (sameButForItsExpiry(edited, refreshToken)) continue;
        const outcome = await tokens.pairs.refresh(edited).catch((error: unknown) => error);
        if (!(outcome instanceof TokenError)) throw new Error(`at ${n}: ${edited}`, { cause: outcome });
      }
      // Nobody who only edits can end the family: what names it is a secret too.
      await tokens.pairs.refresh(refreshToken);
    },
    timeoutMs,
  );

  it('came to every kind of refusal, and did not only knock at the first door', () => {
    if (process.env.SALLYPORT_FUZZ_INPUTS !== undefined) console.log(Object.fromEntries(outcomes));
    for (const kind of [
      'ERR_TOKEN_MALFORMED',
      'ERR_TOKEN_INVALID_SIGNATURE',
      'unchanged',
      'twin of an ES256 signature',
    ]) {
      expect([kind, outcomes.get(kind) ?? 0]).toEqual([kind, expect.any(Number)]);
      expect(outcomes.get(kind)).toBeGreaterThan(0);
    }
  });
});

/** A refresh token carries its expiry as a hint for error messages; the store decides, so nothing hangs on it. */
function sameButForItsExpiry(one: string, other: string): boolean {
  const masked = (token: string) => {
    const [tag = '', body = '', ...more] = token.split('.');
    const bytes = Buffer.from(body, 'base64url');
    return bytes.length === 57 ? [tag, bytes.fill(0, 20, 25).toString('base64url'), ...more].join('.') : token;
  };
  return one.length === other.length && masked(one) === masked(other);
}

const strangeValues: readonly unknown[] = [null, 0, -1, 1e300, '', 'x', [], {}, true, ['shop', null], 'x'.repeat(600)];
