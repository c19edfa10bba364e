import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { TokenInvalidSignatureError } from './errors.ts';

/**
 * HS256 (RFC 7518, section 3.2) by node:crypto. Web Crypto hands every HMAC to another thread, which costs several times
 * the HMAC itself.
 */

/** The token of a payload, in compact serialisation. */
export function signHmac(header: Readonly<Record<string, string>>, payload: Uint8Array, secret: KeyObject): string {
  const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/**
 * The payload of a token of three base64url parts.
 * @throws TokenInvalidSignatureError
 */
export function verifyHmac(token: string, secret: KeyObject): Uint8Array {
  const end = token.lastIndexOf('.');
  const input = token.slice(0, end);
  const given = Buffer.from(token.slice(end + 1), 'base64url');
  const expected = createHmac('sha256', secret).update(input).digest();
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new TokenInvalidSignatureError();
  return Buffer.from(input.slice(input.indexOf('.') + 1), 'base64url');
}
