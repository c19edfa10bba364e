/** Takes tokens apart and makes such as a forger would, with node:crypto alone, so that nothing tested vouches for itself. */
import { createHmac } from 'node:crypto';
import type { Json } from '../results.ts';

export type TokenPart = { readonly [member: string]: Json };

/** A token's two readable parts; the signature stays out of every report. */
export type DecodedToken = { readonly header: TokenPart; readonly payload: TokenPart };

/** Reads without verifying, as anybody who holds a token can. */
export function decodeToken(token: string): DecodedToken {
  const [header = '', payload = ''] = token.split('.');
  return { header: readPart(header), payload: readPart(payload) };
}

/** The same token with another payload, and the signature of the old one. */
export function withEditedPayload(token: string, changes: TokenPart): string {
  const [header, payload = '', signature] = token.split('.');
  return `${header}.${writePart({ ...readPart(payload), ...changes })}.${signature}`;
}

/** The same token with one character of its signature changed. */
export function withAlteredSignature(token: string): string {
  const at = token.lastIndexOf('.') + 1;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

/** The same payload under a header that says it needs no signature (RFC 7519, section 6). */
export function withoutSignature(token: string, kept: { readonly signature: boolean }): string {
  const [, payload, signature] = token.split('.');
  return `${writePart({ alg: 'none', typ: 'JWT' })}.${payload}.${kept.signature ? signature : ''}`;
}

/** A token like the given one, with other claims, signed by HS256 (RFC 7515, appendix A.1). */
export function signedLike(token: string, changes: TokenPart, secret: string): string {
  const { header, payload } = decodeToken(token);
  const claims = Object.fromEntries(Object.entries({ ...payload, ...changes }).filter(([, value]) => value !== null));
  const input = `${writePart({ ...header, alg: 'HS256' })}.${writePart(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function readPart(part: string): TokenPart {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as TokenPart;
}

function writePart(part: TokenPart): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
