import { uuidV7Ms } from '../uuid-v7.ts';
import { TokenMalformedError } from './errors.ts';
import { parseJsonObject } from './strict-json.ts';

/** What a verified token says. Deeply frozen: callers share it. */
export interface TokenClaims {
  /** User id. */
  readonly sub: string;
  readonly username?: string;
  readonly role?: string;
  /** Id of the device the token was issued to; lets `revokeDevice` find it. */
  readonly device?: string;
  /** Id of the family of pairs it belongs to; a session id of its own kind in tokens of other issuers. */
  readonly sid?: string;
  readonly iss: string;
  readonly aud: string | readonly string[];
  /** Issued at, Unix seconds, floored. */
  readonly iat: number;
  /** Expires at, Unix seconds. */
  readonly exp: number;
  /** Not valid before, Unix seconds. */
  readonly nbf?: number;
  /** Unique id of the token; a UUID of version 7 in our own. */
  readonly jti?: string;
  /** The application's own claims. */
  readonly [claim: string]: unknown;
}

const maxIdCharacters = 512;

/**
 * Reads the payload of a token whose signature was found good.
 * @throws TokenMalformedError when it is no JSON object or a registered claim has the wrong type.
 */
export function parseClaims(payload: Uint8Array): TokenClaims {
  const claims = parseJsonObject(payload);
  const requireText = (claim: string, limit: number) => {
    const value = claims[claim];
    if (typeof value !== 'string' || value === '' || value.length > limit) {
      throw new TokenMalformedError(`claim ${claim} must be text of 1 to ${limit} characters`);
    }
  };
  requireText('sub', maxIdCharacters);
  requireText('iss', maxIdCharacters);
  for (const claim of ['jti', 'device', 'sid']) if (claims[claim] !== undefined) requireText(claim, maxIdCharacters);
  for (const claim of ['username', 'role']) {
    if (claims[claim] !== undefined && typeof claims[claim] !== 'string') {
      throw new TokenMalformedError(`claim ${claim} must be text`);
    }
  }
  for (const claim of ['iat', 'exp', 'nbf']) {
    const value = claims[claim];
    if (value === undefined && claim === 'nbf') continue;
    if (typeof value !== 'number' || value < 0 || value > maxUnixSeconds) {
      throw new TokenMalformedError(`claim ${claim} must be a time in Unix seconds`);
    }
  }
  const audience = claims.aud;
  const members = Array.isArray(audience) ? audience : [audience];
  if (!members.every((member) => typeof member === 'string')) {
    throw new TokenMalformedError('claim aud must be text or a list of texts');
  }
  return deepFreeze(claims) as unknown as TokenClaims;
}

/** The last second that a JavaScript `Date` can hold. */
const maxUnixSeconds = 8_640_000_000_000;

/**
 * When a token was issued, in Unix milliseconds: exact from our own `jti`. A foreign token only has `iat`, the start of
 * its second, which is the safe side for "issued before".
 */
export function issuedAtMs({ iat, jti }: TokenClaims): number {
  const exactMs = jti === undefined ? undefined : uuidV7Ms(jti);
  // A foreign UUID may carry another time than that of its token: believed only when it lies in the second of `iat`.
  return exactMs !== undefined && Math.floor(exactMs / 1_000) === iat ? exactMs : iat * 1_000;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
