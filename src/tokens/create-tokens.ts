import type { JSONWebKeySet } from 'jose';
import { InvalidOptionError } from '../errors.ts';
import { shortText, wholeNumber } from '../option-checks.ts';
import { emit } from '../telemetry/events.ts';
import { createUseCounting } from './abuse/count-uses.ts';
import { maxAheadMs } from './ahead.ts';
import { type Authenticated, createAuthenticator } from './authenticate.ts';
import type { TokenClaims } from './claims.ts';
import { TokenClaimError, TokenError, TokenExpiredError, TokenRevocationDisabledError } from './errors.ts';
import { type IssuedToken, type IssueOptions, signToken, type TokenContents } from './issue.ts';
import { IssueClock } from './issue-clock.ts';
import { checkTokensOptions, type TokensOptions } from './options.ts';
import { createTokenPairs } from './pairs/create-token-pairs.ts';
import type { FamilySelection } from './pairs/store.ts';
import type { TokenPairs } from './pairs/token-pairs.ts';
import type { RevocationHealth } from './pushed/pushed-revocations.ts';
import { createRevocation } from './revocation.ts';

/** Issues, verifies and revokes JSON Web Tokens (RFC 7519). */
export interface Tokens {
  /**
   * Signs a token. On an allow-list it is stored before it is returned.
   * @throws InvalidOptionError for a claim or a life that is not allowed; TokenSigningKeyMissingError; what the
   *   allow-list throws when it cannot be reached
   */
  issue(contents: TokenContents, options?: IssueOptions): Promise<IssuedToken>;
  /**
   * The claims of a token that is genuine, meant for here, current and not revoked.
   * @throws TokenError: TokenExpiredError, TokenInvalidSignatureError, TokenRevokedError, TokenMalformedError or
   *   TokenClaimError; RedisUnavailableError and TokenKeysUnavailableError when that could not be found out
   */
  verify(token: string): Promise<TokenClaims>;
  /**
   * Logs out one token. Resolves only once that is stored; safe to repeat.
   * @returns `'expired'` when there was nothing left to revoke
   * @throws the errors of `verify` for a token that is not genuine, with nothing stored; what the store throws when it
   *   cannot be reached; TokenRevocationDisabledError
   */
  revoke(token: string): Promise<'revoked' | 'expired'>;
  /**
   * Logs out a user everywhere: revokes every token issued before `issuedBefore`, by default every one issued so far,
   * and ends the families of pairs that began before it.
   * @throws what the store throws when it cannot be reached; TokenRevocationDisabledError; InvalidOptionError
   */
  revokeUser(userId: string, options?: RevokeOptions): Promise<void>;
  /** Like `revokeUser`, but only for tokens and pairs that were issued with this `deviceId`. */
  revokeDevice(userId: string, deviceId: string, options?: RevokeOptions): Promise<void>;
  /**
   * Refuses every token of a key, whenever it was issued: for a key that others have got. Take the key away from all servers
   * before that ends, for afterwards its tokens would be good again. Only in mode `pushed`.
   * @throws what the store throws when it cannot be reached; InvalidOptionError, also in another mode
   */
  revokeKey(keyId: string, options?: RevokeKeyOptions): Promise<void>;
  /** How well this server knows what is revoked; `undefined` in a mode that holds no list in memory. */
  revocationHealth(): RevocationHealth | undefined;
  /**
   * Access tokens with refresh tokens that are replaced at every use.
   * @throws InvalidOptionError when `createTokens` was given no `pairs`
   */
  readonly pairs: TokenPairs;
  /** The public keys as a JWK Set (RFC 7517), to be published for other services. Never a secret or private key. */
  jwks(): Promise<JSONWebKeySet>;
  /**
   * Aborts a fetch of published keys, forgets verified tokens and ends the connection of mode `pushed`. The store stays
   * open: it is the application's.
   */
  close(): Promise<void>;
}

export interface RevokeOptions {
  /** At most 300 s ahead. @default now, including tokens issued in this millisecond */
  readonly issuedBefore?: Date | undefined;
}

export interface RevokeKeyOptions {
  /** For how long, in seconds, 1 to 31,536,000. @default 2592000 (30 days) */
  readonly ttlSeconds?: number | undefined;
}

/**
 * Checks all keys and options at once.
 * @throws InvalidOptionError that names the option; it never shows a key
 * @example
 * const tokens = createTokens({
 *   keys: [{ kid: '2026-11', alg: 'HS256', secret: process.env.TOKEN_SECRET }],
 *   issuer: 'https://shop.example',
 *   audience: 'shop',
 * });
 */
export function createTokens(options: TokensOptions): Tokens {
  const settings = checkTokensOptions(options);
  const { clock, clockToleranceMs, keyRing } = settings;
  const authenticator = createAuthenticator(settings);
  const revocation = createRevocation(settings);
  const abuse =
    settings.abuse === undefined
      ? undefined
      : createUseCounting(settings.abuse, { clock, revoke: (token) => revocation.revoke(token) });
  const issueClock = new IssueClock(clock);

  const isExpired = ({ claims }: Authenticated) => clock.now() >= claims.exp * 1_000 + clockToleranceMs;

  function checkTime(token: Authenticated): void {
    if (isExpired(token)) throw new TokenExpiredError();
    const { nbf } = token.claims;
    if (nbf !== undefined && clock.now() < nbf * 1_000 - clockToleranceMs) throw new TokenClaimError('nbf');
  }

  async function revokeBefore(userId: string, deviceId: string | undefined, { issuedBefore }: RevokeOptions) {
    if (issuedBefore !== undefined) checkIssuedBefore(issuedBefore, clock.now());
    const scope = { userId: shortText('userId', userId), ...(deviceId === undefined ? {} : { deviceId }) };
    if (settings.revocation.mode === 'none') throw new TokenRevocationDisabledError();
    await pairs?.endSelected(userId, selectionOf(deviceId, issuedBefore));
    if (issuedBefore !== undefined) return revocation.revokeBefore(scope, issuedBefore.getTime());
    const cutOffMs = issueClock.cutOffMs();
    await revocation.revokeBefore(scope, cutOffMs);
    await issueClock.reached(cutOffMs);
  }

  async function sign(contents: TokenContents, issueOptions: IssueOptions, issuedAtMs: number): Promise<IssuedToken> {
    const issued = await signToken(settings, contents, issueOptions, issuedAtMs);
    await revocation.register(issued.claims);
    return issued;
  }

  const pairs =
    settings.pairs === undefined
      ? undefined
      : createTokenPairs({
          settings: settings.pairs,
          longestAccessMs: settings.maxTtlSeconds * 1_000 + clockToleranceMs + maxAheadMs,
          nowMs: () => clock.now(),
          issueMs: () => issueClock.issueMs(),
          sign: (contents, issuedAtMs) => sign(contents, {}, issuedAtMs),
          revokeFamily: revocation.revokeFamily,
          endUser: async (userId) => {
            if (settings.revocation.mode === 'none') await pairs?.endSelected(userId, {});
            else await revokeBefore(userId, undefined, {});
          },
        });

  return {
    get pairs() {
      if (pairs === undefined) throw new InvalidOptionError('tokens.pairs', 'given, with a store, to use pairs');
      return pairs;
    },
    issue: async (contents, issueOptions = {}) => sign(contents, issueOptions, issueClock.issueMs()),
    verify: async (token) => {
      try {
        const answer = authenticator.authenticate(token);
        const authenticated = answer instanceof Promise ? await answer : answer;
        checkTime(authenticated);
        const checked = revocation.check(authenticated);
        if (checked !== undefined) await checked;
        abuse?.count(authenticated);
        return authenticated.claims;
      } catch (error) {
        if (error instanceof TokenError) emit('token.refused', { code: error.code });
        throw error;
      }
    },
    revoke: async (token) => {
      if (settings.revocation.mode === 'none') throw new TokenRevocationDisabledError();
      const authenticated = await authenticator.authenticate(token);
      if (isExpired(authenticated)) return 'expired';
      await revocation.revoke(authenticated);
      return 'revoked';
    },
    revokeUser: (userId, revokeOptions = {}) => revokeBefore(userId, undefined, revokeOptions),
    revokeDevice: async (userId, deviceId, revokeOptions = {}) =>
      revokeBefore(userId, shortText('deviceId', deviceId), revokeOptions),
    revokeKey: async (keyId, { ttlSeconds = 2_592_000 } = {}) => {
      const lifeSeconds = wholeNumber('ttlSeconds', ttlSeconds, 1, 31_536_000);
      if (settings.revocation.mode === 'none') throw new TokenRevocationDisabledError();
      if (revocation.revokeKey === undefined) {
        throw new InvalidOptionError('tokens.revocation.mode', 'pushed, to revoke a key');
      }
      await revocation.revokeKey(shortText('keyId', keyId), clock.now() + lifeSeconds * 1_000);
    },
    revocationHealth: () => revocation.health(),
    jwks: async () => keyRing.published(),
    close: async () => {
      authenticator.close();
      await abuse?.close();
      await revocation.close();
    },
  };
}

/** A cut-off that lies further ahead would outlive what servers are told of it. */
function checkIssuedBefore(issuedBefore: Date, nowMs: number): void {
  if (issuedBefore instanceof Date && issuedBefore.getTime() >= 0 && issuedBefore.getTime() <= nowMs + maxAheadMs)
    return;
  throw new InvalidOptionError('issuedBefore', `a valid Date since 1970, at most ${maxAheadMs / 1_000} s ahead`);
}

function selectionOf(deviceId: string | undefined, createdBefore: Date | undefined): FamilySelection {
  return {
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(createdBefore === undefined ? {} : { createdBefore: createdBefore.getTime() }),
  };
}
