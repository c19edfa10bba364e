import { CompactSign } from 'jose';
import { InvalidOptionError } from '../errors.ts';
import { shortText, wholeNumber } from '../option-checks.ts';
import { uuidV7 } from '../uuid-v7.ts';
import { parseClaims, type TokenClaims } from './claims.ts';
import { maxTokenCharacters } from './compact-form.ts';
import { TokenMalformedError, TokenSigningKeyMissingError } from './errors.ts';
import type { TokenSettings } from './options.ts';
import { signHmac } from './own-signature.ts';

/** What a token is to say. Members beside the named ones become claims of the same name; they must be JSON. */
export interface TokenContents {
  /** User id. */
  readonly sub: string;
  readonly username?: string | undefined;
  readonly role?: string | undefined;
  /** Written as the claim `device`. */
  readonly deviceId?: string | undefined;
  readonly [claim: string]: unknown;
}

export interface IssueOptions {
  /** Whole seconds, 1 to `maxTtlSeconds`. @default the option `ttlSeconds` */
  readonly ttlSeconds?: number | undefined;
}

export interface IssuedToken {
  readonly token: string;
  readonly claims: TokenClaims & { readonly jti: string };
}

const setByIssue = ['iss', 'aud', 'iat', 'exp', 'nbf', 'jti', 'device'];

/**
 * Makes and signs one token. The claims are read back from what was signed, so they equal what `verify` returns.
 * @throws InvalidOptionError, TokenSigningKeyMissingError
 */
export async function signToken(
  settings: TokenSettings,
  contents: TokenContents,
  { ttlSeconds = settings.ttlSeconds }: IssueOptions,
  issuedAtMs: number,
): Promise<IssuedToken> {
  const { keyRing, issuer, audience, maxTtlSeconds } = settings;
  const signer = keyRing.signer;
  if (signer?.signing === undefined) throw new TokenSigningKeyMissingError();
  if (typeof contents !== 'object' || contents === null) throw new InvalidOptionError('claims', 'an object with sub');
  const lifeSeconds = wholeNumber('ttlSeconds', ttlSeconds, 1, maxTtlSeconds);
  const { sub, deviceId, ...others } = contents;
  for (const claim of setByIssue) {
    if (Object.hasOwn(others, claim)) throw new InvalidOptionError(`claims.${claim}`, 'left out: issue() sets it');
  }
  const iat = Math.floor(issuedAtMs / 1_000);
  const payload = encodeJson({
    ...others,
    sub: shortText('claims.sub', sub),
    ...(deviceId === undefined ? {} : { device: shortText('claims.deviceId', deviceId) }),
    iss: issuer,
    aud: audience.length === 1 ? audience[0] : audience,
    iat,
    exp: iat + lifeSeconds,
    jti: uuidV7(issuedAtMs),
  });
  const claims = readBack(payload);
  const key = await signer.signing();
  const header = { alg: signer.alg, kid: signer.kid, typ: 'JWT' };
  const token =
    key.type === 'secret'
      ? signHmac(header, payload, key)
      : await new CompactSign(payload).setProtectedHeader(header).sign(key);
  if (token.length > maxTokenCharacters) {
    throw new InvalidOptionError('claims', `small enough for a token of at most ${maxTokenCharacters} characters`);
  }
  return { token, claims };
}

function encodeJson(claims: Record<string, unknown>): Uint8Array {
  try {
    return new TextEncoder().encode(JSON.stringify(claims));
  } catch {
    // No cause: it can quote a value.
    throw new InvalidOptionError('claims', 'JSON: text, numbers, booleans, null, lists and plain objects');
  }
}

function readBack(payload: Uint8Array): IssuedToken['claims'] {
  try {
    return parseClaims(payload) as IssuedToken['claims'];
  } catch (error) {
    if (error instanceof TokenMalformedError) throw new InvalidOptionError('claims', `such that: ${error.detail}`);
    throw error;
  }
}
