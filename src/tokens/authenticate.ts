import { KeyObject } from 'node:crypto';
import { type CryptoKey, compactVerify, errors } from 'jose';
import { maxAheadMs } from './ahead.ts';
import { issuedAtMs, parseClaims, type TokenClaims } from './claims.ts';
import { checkLength, isCanonicalBase64url, readCompactForm, type TokenHeader } from './compact-form.ts';
import { TokenClaimError, TokenInvalidSignatureError, TokenMalformedError } from './errors.ts';
import type { TokenAlgorithm } from './key-material.ts';
import type { TokenSettings } from './options.ts';
import { verifyOwn } from './own-signature.ts';
import { createPublishedKeys } from './published-keys.ts';
import { marksOf, type TokenMarks } from './pushed/marks.ts';
import { revocableToken } from './revocable-token.ts';
import { VerifiedCache } from './verified-cache.ts';

/** Answers whether a token is genuine and meant for here. Time and revocation are asked at every use, elsewhere. */
export interface Authenticator {
  /**
   * Gives the answer at once when it is remembered.
   * @throws TokenMalformedError, TokenInvalidSignatureError, TokenClaimError, TokenKeysUnavailableError
   */
  authenticate(token: string): Authenticated | Promise<Authenticated>;
  close(): void;
}

export interface Authenticated {
  readonly claims: TokenClaims;
  readonly issuedAtMs: number;
  /** Until when the key stays trusted without another look; `Infinity` for a key of our own. */
  readonly trustedUntilMs: number;
  /** User and token id, by which uses are counted; empty when they are not. */
  readonly useKey: string;
  /** `kid` of the key that signed it, if it has one. */
  readonly keyId: string | undefined;
  /** What would revoke it, in mode `pushed`: made once, so that a look into the list costs no hash. */
  readonly marks: TokenMarks | undefined;
}

/** As many as there are keys and issuers, with room to spare. */
const maxKnownHeaders = 64;

interface FoundKey {
  readonly key: CryptoKey | KeyObject;
  readonly keyId: string | undefined;
  readonly issuer: string;
  readonly trustedUntilMs: number;
}

export function createAuthenticator(settings: TokenSettings): Authenticator {
  const { keyRing, jwks, issuer, audience, clock, revocation, maxTtlSeconds, abuse } = settings;
  const publishedKeys = jwks === undefined ? undefined : createPublishedKeys(jwks, clock);
  const verified = new VerifiedCache<Authenticated>(settings.maxCachedTokens);
  const underWay = new Map<string, Promise<Authenticated>>();
  // Of tokens that were genuine: nobody else can fill it.
  const knownHeaders = new Map<string, TokenHeader>();

  /** Exactly one key and exactly its algorithm: the header chooses among our keys and decides nothing else. */
  async function findKey({ alg, kid }: TokenHeader): Promise<FoundKey | undefined> {
    const own = keyRing.find(alg, kid);
    if (own !== undefined) {
      return { key: await own.verification(), keyId: own.kid, issuer, trustedUntilMs: Number.POSITIVE_INFINITY };
    }
    const elsewhere = kid === undefined || !keyRing.has(kid);
    if (jwks === undefined || !elsewhere || !jwks.algorithms.some((accepted) => accepted === alg)) return undefined;
    const found = await publishedKeys?.find({ alg, kid });
    return found === undefined ? undefined : { ...found, keyId: kid, issuer: jwks.issuer };
  }

  async function authenticateAnew(token: string): Promise<Authenticated> {
    const form = readCompactForm(token, knownHeaders);
    const found = await findKey(form.header);
    if (found === undefined || !isCanonicalBase64url(form.signature)) throw new TokenInvalidSignatureError();
    const payload = await verifySignature(token, found.key, form.header.alg);
    if (knownHeaders.size >= maxKnownHeaders) knownHeaders.clear();
    knownHeaders.set(form.headerText, form.header);
    if (!isCanonicalBase64url(form.payload)) throw new TokenMalformedError('payload is not canonical base64url');
    const claims = parseClaims(payload);
    checkMeantForHere(claims, found.issuer);
    const { keyId, trustedUntilMs } = found;
    const marks = revocation.mode === 'pushed' ? marksOf(revocableToken(claims, keyId)) : undefined;
    const useKey = abuse === undefined ? '' : JSON.stringify([claims.sub, claims.jti]);
    return { claims, issuedAtMs: issuedAtMs(claims), trustedUntilMs, keyId, marks, useKey };
  }

  function checkMeantForHere(claims: TokenClaims, expectedIssuer: string): void {
    if (claims.iss !== expectedIssuer) throw new TokenClaimError('iss');
    const named = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
    if (!named.some((member) => audience.includes(member))) throw new TokenClaimError('aud');
    if (revocation.mode === 'none' && abuse === undefined) return;
    if (claims.jti === undefined) throw new TokenMalformedError('claim jti is needed for revocation');
    if (revocation.mode === 'none') return;
    if (claims.exp - claims.iat > maxTtlSeconds) throw new TokenClaimError('lifetime');
    // Its life counts from there: what revokes it would be forgotten while it lives.
    if (claims.iat * 1_000 > clock.now() + maxAheadMs) throw new TokenClaimError('iat');
  }

  return {
    authenticate: (token) => {
      checkLength(token);
      const known = verified.get(token);
      if (known !== undefined && clock.now() < known.trustedUntilMs) return known;
      let pending = underWay.get(token);
      if (pending === undefined) {
        pending = authenticateAnew(token)
          .then((authenticated) => {
            verified.set(token, authenticated);
            return authenticated;
          })
          .finally(() => underWay.delete(token));
        underWay.set(token, pending);
      }
      return pending;
    },
    close: () => {
      publishedKeys?.close();
      verified.clear();
    },
  };
}

async function verifySignature(token: string, key: FoundKey['key'], alg: TokenAlgorithm): Promise<Uint8Array> {
  if (key instanceof KeyObject) return verifyOwn(token, alg, key);
  try {
    return (await compactVerify(token, key, { algorithms: [alg] })).payload;
  } catch (error) {
    // A TypeError: the published key has the right name but is too short or of another kind.
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw new TokenInvalidSignatureError();
    throw error;
  }
}
