import type { TokenClaims, Tokens } from '../tokens/index.ts';
import { AccessDeniedError, SessionNotSetUpError, TokenMissingError } from './errors.ts';
import type { RequestSession } from './request-session.ts';

export interface GuardOptions {
  /** Only users with this role, or one of these, may pass. @default every signed-in user */
  readonly role?: string | readonly string[];
}

/** @throws SessionNotFoundError or SessionEndedError (401), AccessDeniedError (403), RedisUnavailableError (503) */
export function checkSession(session: RequestSession | undefined, { role }: GuardOptions): void {
  if (session === undefined) throw new SessionNotSetUpError();
  if (!hasRole(session.required().role, role)) throw new AccessDeniedError();
}

/** @throws TokenMissingError or TokenError (401), AccessDeniedError (403), RedisUnavailableError (503) */
export async function checkToken(
  tokens: Tokens,
  authorization: string | undefined,
  { role }: GuardOptions,
): Promise<TokenClaims> {
  const claims = await tokens.verify(bearerToken(authorization));
  if (!hasRole(claims.role, role)) throw new AccessDeniedError({ byToken: true });
  return claims;
}

/** The token of an `Authorization: Bearer` header (RFC 6750 section 2.1). @throws TokenMissingError */
export function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new TokenMissingError();
  return token;
}

function hasRole(role: string | undefined, allowed: GuardOptions['role']): boolean {
  if (allowed === undefined) return true;
  const roles = typeof allowed === 'string' ? [allowed] : allowed;
  return role !== undefined && roles.includes(role);
}
