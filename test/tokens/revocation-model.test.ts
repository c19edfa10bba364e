/**
 * Random revocations of tokens with ids of every kind, in mode `pushed` (by marks) and on a deny-list, against a model that
 * compares ids one by one: a token is refused when one of them concerns it, and only then.
 */
import { createTokens, memoryRevocationStore, type TokensOptions } from 'sallyport/tokens';
import { afterEach, describe, expect, it } from 'vitest';
import { type SeededRandom, seededRandom } from '../../lab/src/experiments/seeded-random.ts';
import { manualClock } from '../manual-clock.ts';
import { forge, hs256 } from './forge.ts';
import { here, newSecret } from './key-pairs.ts';
import { codeOf } from './pair-servers.ts';

const rounds = Number(process.env.SALLYPORT_MODEL_ROUNDS ?? 40);
const seed = Number(process.env.SALLYPORT_FUZZ_SEED ?? 1);
const secrets = { h: newSecret(), i: newSecret() };
const clock = manualClock(Math.floor(Date.now() / 1_000) * 1_000);
const nowSeconds = clock.now() / 1_000;
/** What separates ids in JSON, in keys and in the marks, or looks like it. */
const separators = ['', ':', '","', ',', '"', '\\', '["', '}:', '.', '\0', '\n', ' ', '\u2028', '\ud800', '😀'];

interface Member {
  readonly token: string;
  readonly sub: string;
  readonly jti: string;
  readonly device: string | undefined;
  readonly sid: string | undefined;
  readonly kid: 'h' | 'i';
  readonly iat: number;
}

/** Put one behind the other with the separator, different ids give the same text: a, b:a and a:b, a. */
function someIds(random: SeededRandom): readonly string[] {
  const by = random.pick(separators);
  return ['a', 'b', `a${by}b`, `b${by}a`, `a${by}b${by}a`];
}

/** Few ids for all that is named, so that the same one is a user, a token, a family, a device and a key. */
function someToken(random: SeededRandom, ids: readonly string[]): Member {
  const perhaps = () => (random.next() < 0.5 ? random.pick(ids) : undefined);
  const kid = random.pick(['h', 'i'] as const);
  const iat = nowSeconds - random.pick([0, 10]);
  const claims = { sub: random.pick(ids), jti: random.pick(ids), device: perhaps(), sid: perhaps(), iat };
  const payload = { ...claims, iss: here.issuer, aud: here.audience, exp: nowSeconds + 60 };
  return { ...claims, kid, token: forge({ alg: 'HS256', kid }, payload, hs256(secrets[kid])) };
}

describe(`${rounds} rounds, seed ${seed}`, () => {
  let close = () => Promise.resolve();
  afterEach(() => close());

  it('refuses what was revoked by token, family, user, device or key, and nothing else', async () => {
    const random = seededRandom(seed, 'revocations');
    const seen = { revoked: 0, good: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const store = memoryRevocationStore({ clock });
      const keys = (['h', 'i'] as const).map((kid) => ({ kid, alg: 'HS256' as const, secret: secrets[kid] }));
      const options = { ...here, keys, clock } satisfies TokensOptions;
      const first = createTokens({ ...options, revocation: { mode: 'pushed', store } });
      const onList = createTokens({ ...options, revocation: { mode: 'deny-list', store } });
      close = () => first.close();
      const ids = someIds(random);
      const members = Array.from({ length: 40 }, () => someToken(random, ids));
      const concerned: ((member: Member) => boolean)[] = [];
      const revocations = [
        async () => {
          const { token, sub, jti } = random.pick(members);
          concerned.push((each) => each.sub === sub && (each.jti === jti || each.sid === jti));
          await first.revoke(token);
        },
        async () => {
          const { sub, iat } = random.pick(members);
          concerned.push((each) => each.sub === sub && each.iat <= iat);
          await first.revokeUser(sub, { issuedBefore: new Date(iat * 1_000 + 1) });
        },
        async () => {
          const { sub, device = random.pick(ids), iat } = random.pick(members);
          concerned.push((each) => each.sub === sub && each.device === device && each.iat <= iat);
          await first.revokeDevice(sub, device, { issuedBefore: new Date(iat * 1_000 + 1) });
        },
      ];
      for (let n = random.integer(1, 6); n > 0; n -= 1) await random.pick(revocations)();
      const isRevoked = (member: Member) => concerned.some((concerns) => concerns(member));
      const expected = (revoked: boolean) => (revoked ? 'ERR_TOKEN_REVOKED' : undefined);
      // What it hears as it comes, what it is told at its start, and what it asks for are three ways.
      const second = createTokens({ ...options, revocation: { mode: 'pushed', store } });
      for (const member of members) {
        for (const server of [first, second, onList]) {
          const code = await codeOf(server.verify(member.token));
          expect([round, member, code]).toEqual([round, member, expected(isRevoked(member))]);
        }
        seen[isRevoked(member) ? 'revoked' : 'good'] += 1;
      }
      await first.revokeKey('h');
      for (const member of members) {
        for (const server of [first, second]) {
          const code = await codeOf(server.verify(member.token));
          expect([round, member, code]).toEqual([round, member, expected(member.kid === 'h' || isRevoked(member))]);
        }
      }
      await second.close();
      await first.close();
    }
    expect([seen.revoked > rounds * 4, seen.good > rounds * 4]).toEqual([true, true]);
  });
});
