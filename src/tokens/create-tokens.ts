import type { JSONWebKeySet } from 'jose';
import { InvalidOptionError } from '../errors.ts';
import { shortText } from '../option-checks.ts';
import { emit } from '../telemetry/events.ts';
import { type Authenticated, createAuthenticator } from './authenticate.ts';
import type { TokenClaims } from './claims.ts';
import { TokenClaimError, TokenError, TokenExpiredError, TokenRevocationDisabledError } from './errors.ts';
import { type IssuedToken, type IssueOptions, signToken, type TokenContents } from './issue.ts';
import { IssueClock } from './issue-clock.ts';
import { checkTokensOptions, type TokensOptions } from './options.ts';
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
   * Logs out a user everywhere: revokes every token issued before `issuedBefore`, by default every one issued so far.
   * @throws what the store throws when it cannot be reached; TokenRevocationDisabledError; InvalidOptionError
   */
  revokeUser(userId: string, options?: RevokeOptions): Promise<void>;
  /** Like `revokeUser`, but only for tokens that were issued with this `deviceId`. */
  revokeDevice(userId: string, deviceId: string, options?: RevokeOptions): Promise<void>;
  /** The public keys as a JWK Set (RFC 7517), to be published for other services. Never a secret or private key. */
  jwks(): Promise<JSONWebKeySet>;
  /** Aborts a fetch of published keys and forgets verified tokens. The store stays open: it is the application's. */
  close(): Promise<void>;
}

export interface RevokeOptions {
  /** @default now, including tokens issued in this millisecond */
  readonly issuedBefore?: Date | undefined;
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
  const issueClock = new IssueClock(clock);

  const isExpired = ({ claims }: Authenticated) => clock.now() >= claims.exp * 1_000 + clockToleranceMs;

  function checkTime(token: Authenticated): void {
    if (isExpired(token)) throw new TokenExpiredError();
    const { nbf } = token.claims;
    if (nbf !== undefined && clock.now() < nbf * 1_000 - clockToleranceMs) throw new TokenClaimError('nbf');
  }

  async function revokeBefore(userId: string, deviceId: string | undefined, { issuedBefore }: RevokeOptions) {
    if (issuedBefore !== undefined && !(issuedBefore instanceof Date && issuedBefore.getTime() >= 0)) {
      throw new InvalidOptionError('issuedBefore', 'a valid Date since 1970');
    }
    const scope = { userId: shortText('userId', userId), ...(deviceId === undefined ? {} : { deviceId }) };
    if (issuedBefore !== undefined) return revocation.revokeBefore(scope, issuedBefore.getTime());
    const cutOffMs = issueClock.cutOffMs();
    await revocation.revokeBefore(scope, cutOffMs);
    await issueClock.reached(cutOffMs);
  }

  return {
    issue: async (contents, issueOptions = {}) => {
      const issued = await signToken(settings, contents, issueOptions, issueClock.issueMs());
      await revocation.register(issued.claims);
      return issued;
    },
    verify: async (token) => {
      try {
        const answer = authenticator.authenticate(token);
        const authenticated = answer instanceof Promise ? await answer : answer;
        checkTime(authenticated);
        const checked = revocation.check(authenticated);
        if (checked !== undefined) await checked;
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
    jwks: async () => keyRing.published(),
    close: async () => authenticator.close(),
  };
}
