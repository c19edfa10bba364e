/**
 * Random tokens against `verify` (on a deny-list and in mode `pushed`), `revoke` and `pairs.refresh`: none crashes, none is
 * accepted but those that are genuine, and nothing is stored of the others. `SALLYPORT_FUZZ_INPUTS=1000000` runs longer,
 * `SALLYPORT_FUZZ_SEED` repeats a run.
 */
import {
  createTokens,
  memoryPairStore,
  memoryRevocationStore,
  type RevocationStore,
  TokenClaimError,
  TokenError,
  type TokensOptions,
} from 'sallyport/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SeededRandom, seededRandom } from '../../lab/src/experiments/seeded-random.ts';
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
const options = {
  ...here,
  keys: [
    { kid: 'h', alg: 'HS256', secret },
    { kid: 'r', alg: 'RS256', privateKey: rsa.privateKey },
    { kid: 'e', alg: 'ES256', privateKey: ec.privateKey },
    { kid: 'd', alg: 'EdDSA', privateKey: ed.privateKey },
  ],
  ttlSeconds: 7_200,
  clock,
} satisfies TokensOptions;
const tokens = createTokens({
  ...options,
  revocation: { mode: 'deny-list', store: memoryRevocationStore({ clock }) },
  pairs: { store: memoryPairStore({ clock }) },
});
const pushed = createTokens({ ...options, revocation: { mode: 'pushed', store: memoryRevocationStore({ clock }) } });
let stored = 0;
const counted = memoryRevocationStore({ clock });
const store: RevocationStore = {
  ...counted,
  deny: async (...denied) => {
    stored += 1;
    await counted.deny(...denied);
  },
};
/** Here tokens are revoked, so that they stay good in the others. */
const revoking = createTokens({ ...options, revocation: { mode: 'deny-list', store } });
const signers = [hs256(secret), rs256(rsa.privateKey), es256(ec.privateKey), eddsa(ed.privateKey)] as const;
const nowSeconds = Math.floor(clock.now() / 1_000);
const claims = { ...goodClaims(clock.now()), exp: nowSeconds + 7_000 };
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

/** What a call gave, or why it was refused; throws when it crashed. */
async function answerOf<Value>(call: Promise<Value>, input: string): Promise<Value | TokenError> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof TokenError) return error;
    throw new Error(`crash: ${input}`, { cause: error });
  }
}

describe(`${inputs.toLocaleString('en')} random tokens, seed ${seed}`, () => {
  const outcomes = new Map<string, number>();
  const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  beforeAll(async () => {
    for (const token of valid) expect(await tokens.verify(token)).toEqual(claims);
  });
  afterAll(() => pushed.close());

  it.each(Object.entries(mutations))(
    '%s',
    async (name, mutate) => {
      const random = seededRandom(seed, name);
      for (let n = 0; n < inputs / Object.keys(mutations).length; n += 1) {
        const token = mutate(random, material);
        const storedBefore = stored;
        const verified = await answerOf(tokens.verify(token), token);
        const listened = await answerOf(pushed.verify(token), token);
        const revoked = await answerOf(revoking.revoke(token), token);
        if (verified instanceof TokenError) {
          count(verified.code);
          for (const other of [listened, revoked]) {
            if (!(other instanceof TokenError && other.code === verified.code)) throw new Error(`let in: ${token}`);
          }
          if (stored !== storedBefore) throw new Error(`stored: ${token}`);
          continue;
        }
        if (!valid.includes(token) && !isTwin(token)) throw new Error(`accepted: ${token}`);
        if (listened instanceof TokenError || revoked !== 'revoked') throw new Error(`refused: ${token}`);
        await expect(revoking.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' });
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
        const signed: Record<string, unknown> = { ...claims, jti: `signed-${n}` };
        if (random.next() < 0.5) Object.assign(signed, strangeMember(random, n));
        const payload = json(
          random,
          Object.entries(signed).filter(() => random.next() < 0.97),
        );
        const token = forge(header, payload, signers[which]!);
        const verified = await answerOf(tokens.verify(token), payload);
        const listened = await answerOf(pushed.verify(token), payload);
        const storedBefore = stored;
        const revoked = await answerOf(revoking.revoke(token), payload);
        if (verified instanceof TokenError) {
          count(verified.code);
          expect([payload, listened]).toMatchObject([payload, { code: verified.code }]);
          // What is not active yet can be taken back, and what has expired needs not be.
          const isFuture = verified instanceof TokenClaimError && verified.claim === 'nbf';
          const isPast = verified.code === 'ERR_TOKEN_EXPIRED';
          const expected = isFuture ? 'revoked' : isPast ? 'expired' : verified;
          expect([payload, revoked]).toEqual([payload, expected]);
          expect(stored - storedBefore).toBe(isFuture ? 1 : 0);
          continue;
        }
        expect(verified).toMatchObject({ iss: here.issuer, sub: expect.any(String) });
        expect(JSON.parse(payload)).toEqual(verified);
        expect([listened, revoked, stored - storedBefore]).toEqual([verified, 'revoked', 1]);
        for (const server of [revoking, pushed]) {
          if (server === pushed) await server.revoke(token);
          const refused = await answerOf(server.verify(token), payload);
          expect([payload, refused]).toMatchObject([payload, { code: 'ERR_TOKEN_REVOKED' }]);
        }
        count('ERR_TOKEN_REVOKED');
        accepted += 1;
      }
      expect(accepted).toBeGreaterThan(inputs / 200);
    },
    timeoutMs,
  );

  it(
    'refresh tokens',
    async () => {
      const random = seededRandom(seed, 'refresh');
      const codes = new Set<string>();
      const { refreshToken } = await tokens.pairs.issue({ userId: 'user-1' });
      const refreshMaterial = { ...material, valid: [refreshToken, `${refreshToken}.${encode('x')}`] };
      for (let n = 0; n < inputs / 20; n += 1) {
        const edited = mutations[random.pick(['one character', 'bytes without sense', 'parts in another order'])]!(
          random,
          refreshMaterial,
        );
        if (sameButForItsExpiry(edited, refreshToken)) continue;
        const outcome = await answerOf(tokens.pairs.refresh(edited), edited);
        if (!(outcome instanceof TokenError)) throw new Error(`let in: ${edited}`);
        codes.add(outcome.code);
      }
      expect([...codes]).toEqual(['ERR_REFRESH_UNKNOWN']);
      // Nobody who only edits can end the family: what names it is a secret too.
      await tokens.pairs.refresh(refreshToken);
    },
    timeoutMs,
  );

  it('came to every kind of answer, and did not only knock at the first door', () => {
    if (process.env.SALLYPORT_FUZZ_INPUTS !== undefined) console.log(Object.fromEntries(outcomes));
    expect([...outcomes.keys()].toSorted()).toEqual([
      'ERR_TOKEN_CLAIM_REFUSED',
      'ERR_TOKEN_EXPIRED',
      'ERR_TOKEN_INVALID_SIGNATURE',
      'ERR_TOKEN_MALFORMED',
      'ERR_TOKEN_REVOKED',
      'twin of an ES256 signature',
      'unchanged',
    ]);
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

const strangeClaims = ['exp', 'sub', 'aud', 'nbf', 'iat', 'iss', 'jti', 'device', 'sid', 'own'] as const;
const strangeValues: readonly unknown[] = [null, 0, -1, 1e300, '', 'x', [], {}, true, ['shop', null], 'x'.repeat(600)];
/** Of the right type, and refused for what they say; the last one is good. */
const refusedMembers: readonly Readonly<Record<string, unknown>>[] = [
  { exp: nowSeconds },
  { exp: nowSeconds - 1 },
  { nbf: nowSeconds + 60 },
  { iat: nowSeconds - 10_000 },
  { iss: 'https://evil.example' },
  { aud: ['bank'] },
  { nbf: nowSeconds, exp: nowSeconds + 1 },
];

/** @param n makes texts different: one revocation must not concern two tokens */
function strangeMember(random: SeededRandom, n: number): Readonly<Record<string, unknown>> {
  if (random.next() < 0.5) return random.pick(refusedMembers);
  const value = random.pick(strangeValues);
  return { [random.pick(strangeClaims)]: value === 'x' ? `x${n}` : value };
}
