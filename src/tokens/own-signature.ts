/**
 * Signatures by keys of our own (RFC 7515, 7518 and 8037), by node:crypto. Web Crypto, on which jose builds, hands each of
 * them to another thread, an HMAC as well, for which the way costs more than what is done there; and its way is longer.
 */
import { createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { TokenInvalidSignatureError } from './errors.ts';
import type { AsymmetricAlgorithm, TokenAlgorithm } from './key-material.ts';

/** The token of a payload with HS256, in compact serialisation. */
export function signHmac(header: Readonly<Record<string, string>>, payload: Uint8Array, secret: KeyObject): string {
  const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${input}.${hmacOf(input, secret).toString('base64url')}`;
}

/**
 * The payload of a token of three base64url parts.
 * @param key Fit for `alg`, as `readKey` has checked.
 * @throws TokenInvalidSignatureError
 */
export async function verifyOwn(token: string, alg: TokenAlgorithm, key: KeyObject): Promise<Uint8Array> {
  const end = token.lastIndexOf('.');
  const input = token.slice(0, end);
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  const isGenuine = alg === 'HS256' ? isHmac(input, signature, key) : await isSignature(input, signature, alg, key);
  if (!isGenuine) throw new TokenInvalidSignatureError();
  return Buffer.from(input.slice(input.indexOf('.') + 1), 'base64url');
}

function hmacOf(input: string, secret: KeyObject): Buffer {
  return createHmac('sha256', secret).update(input).digest();
}

function isHmac(input: string, signature: Buffer, secret: KeyObject): boolean {
  const expected = hmacOf(input, secret);
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

function isSignature(input: string, signature: Buffer, alg: AsymmetricAlgorithm, key: KeyObject): Promise<boolean> {
  const digest = alg === 'EdDSA' ? null : 'sha256';
  return new Promise((resolve, reject) => {
    // The two numbers of ES256 stand side by side (RFC 7518, section 3.4), and not in DER.
    verify(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }, signature, (error, isGenuine) => {
      if (error === null) resolve(isGenuine);
      else reject(error);
    });
  });
}
