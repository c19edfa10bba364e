import { RedisUnavailableError } from '../redis/errors.ts';
import { emit } from '../telemetry/events.ts';
import type { Authenticated } from './authenticate.ts';
import { TokenRevocationDisabledError, TokenRevokedError } from './errors.ts';
import type { TokenSettings } from './options.ts';
import type { RevocableToken, RevocationScope } from './store.ts';

/** The three modes of taking tokens back, on top of a `RevocationStore`. */
export interface Revocation {
  /** @throws TokenRevokedError, or what the store throws when it cannot be reached and that is not accepted */
  check(token: Authenticated): Promise<void> | undefined;
  /** Puts a new token on the allow-list, where there is one. */
  register(token: Authenticated['claims']): Promise<void>;
  revoke(token: Authenticated): Promise<void>;
  revokeBefore(scope: RevocationScope, beforeMs: number): Promise<void>;
  /** Takes back the access tokens of a family that was ended. Without revocation they live out their time. */
  revokeFamily(userId: string, familyId: string): Promise<void>;
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
};

export function createRevocation(settings: TokenSettings): Revocation {
  const { revocation, maxTtlSeconds, clockToleranceMs, clock } = settings;
  if (revocation.mode === 'none') return disabled;
  const { mode, store, whenUnavailable = 'refuse' } = revocation;
  /** A token is accepted until `exp` and the tolerance have passed; so long its entry must live. */
  const endOf = (claims: Authenticated['claims']) => claims.exp * 1_000 + clockToleranceMs;
  /** No token issued before this time can live longer. */
  const endOfAll = (beforeMs: number) => beforeMs + maxTtlSeconds * 1_000 + clockToleranceMs;

  async function check({ claims, issuedAtMs }: Authenticated): Promise<void> {
    let known: Awaited<ReturnType<typeof store.check>>;
    try {
      known = await store.check(revocable(claims));
    } catch (error) {
      if (whenUnavailable === 'accept' && error instanceof RedisUnavailableError) return;
      throw error;
    }
    const unlisted = mode === 'allow-list' && !known.allowed;
    // The deny-list counts in both modes, so that going over to an allow-list brings nothing back.
    if (unlisted || known.denied || issuedAtMs < (known.revokedBeforeMs ?? 0)) throw new TokenRevokedError();
  }

  return {
    check,
    register: async (claims) => {
      if (mode === 'allow-list') await store.allow(revocable(claims), endOf(claims));
    },
    revoke: async ({ claims }) => {
      if (mode === 'allow-list') await store.disallow(revocable(claims));
      else await store.deny(revocable(claims), endOf(claims));
      emit('token.revoked', { scope: 'token' });
    },
    revokeBefore: async (scope, beforeMs) => {
      await store.cutOff(scope, beforeMs, endOfAll(beforeMs));
      emit('token.revoked', { scope: scope.deviceId === undefined ? 'user' : 'device' });
    },
    revokeFamily: async (userId, familyId) => {
      await store.deny({ userId, jti: familyId }, endOfAll(clock.now()));
      emit('token.revoked', { scope: 'family' });
    },
  };
}

function revocable({ sub, jti = '', device, sid }: Authenticated['claims']): RevocableToken {
  return {
    userId: sub,
    jti,
    ...(device === undefined ? {} : { deviceId: device }),
    ...(sid === undefined ? {} : { familyId: sid }),
  };
}
