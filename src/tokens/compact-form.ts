import { TokenMalformedError } from './errors.ts';
import { isTokenAlgorithm } from './key-halves.ts';
import type { TokenAlgorithm } from './key-material.ts';
import { parseJsonObject } from './strict-json.ts';

/** The outer form of a token: JWS compact serialisation (RFC 7515, section 7.1), read strictly. */

/** Longer tokens are refused before anything in them is read. Proxies refuse headers of this size anyway. */
export const maxTokenCharacters = 8_192;

export interface TokenHeader {
  readonly alg: TokenAlgorithm;
  readonly kid: string | undefined;
}

export interface CompactForm {
  readonly header: TokenHeader;
  /** As it is written; the same for all tokens of a key, as a rule. */
  readonly headerText: string;
  readonly payload: string;
  readonly signature: string;
}

/** @throws TokenMalformedError for anything that is not text of an acceptable length. */
export function checkLength(token: unknown): asserts token is string {
  if (typeof token !== 'string') throw new TokenMalformedError('not text');
  if (token.length > maxTokenCharacters) throw new TokenMalformedError(`longer than ${maxTokenCharacters} characters`);
}

/** Header members that would change what is verified, or by which key. We understand none of them on purpose. */
const refusedMembers = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'];

/**
 * @param known Headers that were read before, by their text.
 * @throws TokenMalformedError unless it is three base64url parts with a plain JWT header.
 */
export function readCompactForm(token: string, known: ReadonlyMap<string, TokenHeader>): CompactForm {
  const [headerText = '', payload = '', signature = ''] = token.split('.', 3);
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new TokenMalformedError('not three base64url parts');
  return { header: known.get(headerText) ?? readHeader(headerText), headerText, payload, signature };
}

function readHeader(text: string): TokenHeader {
  if (!isCanonicalBase64url(text)) throw new TokenMalformedError('header is not canonical base64url');
  const { alg, kid, typ, ...others } = parseJsonObject(Buffer.from(text, 'base64url'));
  for (const member of refusedMembers) {
    if (Object.hasOwn(others, member)) throw new TokenMalformedError(`header member ${member} is not accepted`);
  }
  // `none` and every name we do not know end here. That the algorithm fits the key is asked when the key is found.
  if (!isTokenAlgorithm(alg)) throw new TokenMalformedError('header member alg must be HS256, RS256, ES256 or EdDSA');
  if (kid !== undefined && typeof kid !== 'string') throw new TokenMalformedError('header member kid must be text');
  // RFC 8725, section 3.11: a token made for another purpose (a logout token, a DPoP proof) is not an access token.
  if (typ !== undefined && (typeof typ !== 'string' || !/^(application\/)?(at\+)?jwt$/i.test(typ))) {
    throw new TokenMalformedError('header member typ must be JWT');
  }
  return { alg, kid };
}

/** One value has one spelling: no padding, no stray characters, unused trailing bits zero (RFC 4648, section 3.5). */
export function isCanonicalBase64url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}
