/** Makes tokens of any content with node:crypto alone, so that nothing under test vouches for itself. */
import { createHmac, type KeyObject, sign } from 'node:crypto';

export type Signer = (signingInput: string) => Buffer;

export const hs256 =
  (secret: string | Buffer): Signer =>
  (input) =>
    createHmac('sha256', secret).update(input).digest();

export const rs256 =
  (key: KeyObject): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), key);

export const es256 =
  (key: KeyObject): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });

export const eddsa =
  (key: KeyObject): Signer =>
  (input) =>
    sign(null, Buffer.from(input), key);

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

export function forge(header: unknown, payload: unknown, signer: Signer): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

export function decode(token: string): { header: Record<string, unknown>; payload: Record<string, unknown> } {
  const [header = '', payload = ''] = token.split('.');
  return {
    header: JSON.parse(Buffer.from(header, 'base64url').toString()),
    payload: JSON.parse(Buffer.from(payload, 'base64url').toString()),
  };
}

/** Claims that are accepted by a server that is configured with `here`. */
export function goodClaims(nowMs = Date.now()): Record<string, unknown> {
  const iat = Math.floor(nowMs / 1_000);
  return { sub: 'user-1', iss: 'https://shop.example', aud: 'shop', iat, exp: iat + 60, jti: `jti-${nowMs}` };
}
