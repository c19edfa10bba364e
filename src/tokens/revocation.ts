import { RedisUnavailableError } from '../redis/errors.ts';
import { emit } from '../telemetry/events.ts';
import { maxAheadMs } from './ahead.ts';
import type { Authenticated } from './authenticate.ts';
import { TokenRevocationDisabledError, TokenRevocationsBehindError, TokenRevokedError } from './errors.ts';
import type { TokenSettings } from './options.ts';
import { PushedRevocations, type RevocationHealth } from './pushed/pushed-revocations.ts';
import { revocableToken } from './revocable-token.ts';
import type { RevocationScope } from './store.ts';

/** The modes of taking tokens back, on top of a `RevocationStore`. */
export interface Revocation {
  /**
   * Answers at once where no store has to be asked.
   * @throws TokenRevokedError, or what the store throws when it cannot be reached and that is not accepted;
   *   TokenRevocationsBehindError
   */
  check(token: Authenticated): Promise<void> | undefined;
  /** Puts a new token on the allow-list, where there is one. */
  register(token: Authenticated['claims']): Promise<void>;
  revoke(token: Authenticated): Promise<void>;
  revokeBefore(scope: RevocationScope, beforeMs: number): Promise<void>;
  /** Takes back the access tokens of a family that was ended. Without revocation they live out their time. */
  revokeFamily(userId: string, familyId: string): Promise<void>;
  /** Takes back every token of a key. `undefined` in a mode that cannot. */
  readonly revokeKey: ((keyId: string, untilMs: number) => Promise<void>) | undefined;
  /** `undefined` in a mode that holds no list in memory. */
  health(): RevocationHealth | undefined;
  close(): Promise<void>;
}

/** What revocation does in mode `none`: nothing at `verify`, a refusal when one is asked for. */
const disabled: Revocation = {
  check: () => undefined,
  register: async () => {},
  revoke: async () => {
    throw new TokenRevocationDisabledError();
  },
  revokeBefore: async () => {
    throw new TokenRevocationDisabledError();
  },
  revokeFamily: async () => {},
  revokeKey: undefined,
  health: () => undefined,
  close: async () => {},
};

export function createRevocation(settings: TokenSettings): Revocation {
  const { revocation, maxTtlSeconds, clockToleranceMs, clock } = settings;
  if (revocation.mode === 'none') return disabled;
  const { mode } = revocation;
  const whenUnavailable = mode === 'pushed' ? 'refuse' : revocation.whenUnavailable;
  const pushed =
    mode === 'pushed' ? new PushedRevocations(revocation.announcing, revocation.leaseMs, clock) : undefined;
  const store = pushed?.store ?? revocation.store;
  /** Only a store that announces knows of revoked keys. */
  const knowsKeys = revocation.mode === 'pushed' || revocation.announces;
  /** A token is accepted until `exp` and the tolerance have passed; so long its entry must live. */
  const endOf = (claims: Authenticated['claims']) => claims.exp * 1_000 + clockToleranceMs;
  /** No token issued before this time can live longer. */
  const endOfAll = (beforeMs: number) => beforeMs + maxTtlSeconds * 1_000 + clockToleranceMs;

  async function ask(token: Authenticated, asksForKey = knowsKeys): Promise<void> {
    const { claims, keyId, issuedAtMs } = token;
    let known: Awaited<ReturnType<typeof store.check>>;
    try {
      known = await store.check(revocableToken(claims, asksForKey ? keyId : undefined));
    } catch (error) {
      if (whenUnavailable !== 'accept' || !(error instanceof RedisUnavailableError)) throw error;
      // On a cluster the keys lie elsewhere than the token: without them the token itself is still asked for.
      if (asksForKey) await ask(token, false);
      return;
    }
    const unlisted = mode === 'allow-list' && !known.allowed;
    // The deny-list counts in both modes, so that going over to an allow-list brings nothing back.
    if (unlisted || known.denied || issuedAtMs < (known.revokedBeforeMs ?? 0)) throw new TokenRevokedError();
  }

  function look(list: PushedRevocations, token: Authenticated): Promise<void> | undefined {
    if (token.marks !== undefined && list.isRevoked(token.marks, token.issuedAtMs)) throw new TokenRevokedError();
    if (list.isCurrent()) return undefined;
    const whenBehind = revocation.mode === 'pushed' ? revocation.whenBehind : 'ask';
    if (typeof whenBehind === 'object' && list.isCurrent(whenBehind.serveSeconds * 1_000)) return undefined;
    if (whenBehind === 'refuse') throw new TokenRevocationsBehindError();
    return ask(token);
  }

  return {
    check: pushed === undefined ? (token) => ask(token) : (token) => look(pushed, token),
    register: async (claims) => {
      if (mode === 'allow-list') await store.allow(revocableToken(claims), endOf(claims));
    },
    revoke: async ({ claims }) => {
      if (mode === 'allow-list') await store.disallow(revocableToken(claims));
      else await store.deny(revocableToken(claims), endOf(claims));
      emit('token.revoked', { scope: 'token' });
    },
    revokeBefore: async (scope, beforeMs) => {
      await store.cutOff(scope, beforeMs, endOfAll(beforeMs));
      emit('token.revoked', { scope: scope.deviceId === undefined ? 'user' : 'device' });
    },
    revokeFamily: async (userId, familyId) => {
      // A token of it may say that it was issued later than now.
      await store.deny({ userId, jti: familyId }, endOfAll(clock.now() + maxAheadMs));
      emit('token.revoked', { scope: 'family' });
    },
    revokeKey:
      pushed === undefined
        ? undefined
        : async (keyId, untilMs) => {
            await pushed.denyKey(keyId, untilMs);
            emit('token.revoked', { scope: 'key' });
          },
    health: () => pushed?.health(),
    close: async () => pushed?.close(),
  };
}
