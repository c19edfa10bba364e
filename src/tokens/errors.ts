import { SallyportError } from '../errors.ts';

/** A token was refused. An HTTP adapter answers 401 with the message in `WWW-Authenticate`. */
export class TokenError extends SallyportError {
  override readonly name: string = 'TokenError';
}

/** The token's `exp` has passed. */
export class TokenExpiredError extends TokenError {
  override readonly name: string = 'TokenExpiredError';
  constructor() {
    super('ERR_TOKEN_EXPIRED', 'token expired');
  }
}

/** The token was altered, or none of the keys at hand made it. */
export class TokenInvalidSignatureError extends TokenError {
  override readonly name: string = 'TokenInvalidSignatureError';
  constructor() {
    super('ERR_TOKEN_INVALID_SIGNATURE', 'invalid signature');
  }
}

/** The token was revoked: by itself, with its user or device, or because it is not on the allow-list. */
export class TokenRevokedError extends TokenError {
  override readonly name: string = 'TokenRevokedError';
  constructor() {
    super('ERR_TOKEN_REVOKED', 'token revoked');
  }
}

/** This is not a token that could ever be valid here: its form, its algorithm or the type of a claim is wrong. */
export class TokenMalformedError extends TokenError {
  override readonly name: string = 'TokenMalformedError';
  /** What is wrong, for the developer; never a part of the token. */
  readonly detail: string;

  constructor(detail: string) {
    super('ERR_TOKEN_MALFORMED', 'token malformed');
    this.detail = detail;
  }
}

/**
 * Why `TokenClaimError` was thrown: the claim, or `lifetime` when `exp - iat` exceeds `maxTtlSeconds`. `iat`: more than
 * 300 s ahead.
 */
export type RefusedClaim = 'iss' | 'aud' | 'nbf' | 'iat' | 'lifetime';

/** The token is genuine but not for here, or not yet: another issuer or audience, a time ahead of now, too long a life. */
export class TokenClaimError extends TokenError {
  override readonly name: string = 'TokenClaimError';
  readonly claim: RefusedClaim;

  constructor(claim: RefusedClaim) {
    super('ERR_TOKEN_CLAIM_REFUSED', `token claim refused: ${claim}`);
    this.claim = claim;
  }
}

/**
 * The published key set could not be fetched, or the callback of a key failed, so nothing can be said about the token.
 * Not a `TokenError`: an HTTP adapter answers 503, never 401.
 */
export class TokenKeysUnavailableError extends SallyportError {
  override readonly name: string = 'TokenKeysUnavailableError';
  constructor(reason: string, options?: ErrorOptions) {
    super('ERR_TOKEN_KEYS_UNAVAILABLE', `The keys for tokens are not to be had: ${reason}.`, options);
  }
}

/** `issue()` was called although none of `keys` can sign. */
export class TokenSigningKeyMissingError extends SallyportError {
  override readonly name: string = 'TokenSigningKeyMissingError';
  constructor() {
    super(
      'ERR_TOKEN_SIGNING_KEY_MISSING',
      'No key can sign. Add a key with `secret` or `privateKey` to `keys`; public keys only verify.',
    );
  }
}

/** A revocation was asked for, but `revocation.mode` is `none`: the token stays valid until it expires. */
export class TokenRevocationDisabledError extends SallyportError {
  override readonly name: string = 'TokenRevocationDisabledError';
  constructor() {
    super(
      'ERR_TOKEN_REVOCATION_DISABLED',
      'Tokens cannot be revoked with revocation mode `none`. Set `revocation` to pushed, a deny-list or an allow-list.',
    );
  }
}

/**
 * This server may have missed revocations, and `whenBehind` is `refuse`. Not a `TokenError`, because it says nothing about
 * the token: an HTTP adapter answers 503.
 */
export class TokenRevocationsBehindError extends SallyportError {
  override readonly name: string = 'TokenRevocationsBehindError';
  constructor() {
    super(
      'ERR_TOKEN_REVOCATIONS_BEHIND',
      'This server may not know all revocations: it does not hear the feed in Redis, or the feed has lost some.',
    );
  }
}
