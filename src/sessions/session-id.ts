import { hash, randomBytes } from 'node:crypto';
import { userTag } from '../redis/keys.ts';

/** Where a record lies: everything the store knows of an id. The secret itself is never stored. */
export interface SessionKey {
  /** Short hash of the user id (random for an anonymous visitor); keeps one user's keys in one cluster slot. */
  readonly tag: string;
  /** 132 bits of SHA-256 of the secret, base64url. Who reads the store cannot make a cookie from it. */
  readonly hash: string;
}

/** A session id as the browser keeps it, `<tag>.<secret>`, with the key it leads to. */
export interface SessionId extends SessionKey {
  readonly value: string;
}

/** In characters. The scripts count on it. */
export const hashLength = 22;

const shape = /^([A-Za-z0-9_-]{11})\.([A-Za-z0-9_-]{43})$/;

/** A new id: 256 random bits from the operating system. */
export function newSessionId(userId: string | undefined): SessionId {
  const tag = userId === undefined ? randomBytes(8).toString('base64url') : userTag(userId);
  const secret = randomBytes(32).toString('base64url');
  return { value: `${tag}.${secret}`, tag, hash: hashOf(secret) };
}

/** Reads an id that came from outside; `undefined` when it cannot be one. Costs no look-up. */
export function parseSessionId(value: string): SessionId | undefined {
  const parts = shape.exec(value);
  if (parts === null) return undefined;
  const [, tag, secret] = parts as unknown as [string, string, string];
  return { value, tag, hash: hashOf(secret) };
}

function hashOf(secret: string): string {
  return hash('sha256', secret, 'base64url').slice(0, hashLength);
}
