/** The refresh token as its holder keeps it: `<tag>.<76 characters>`, opaque to everybody but this file. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { userTag } from '../../redis/keys.ts';
import type { FamilyKey } from './store.ts';

/**
 * Only who has seen a token of a family knows its locator: its id, which is in every access token and in the store, is
 * a hash of it. So nobody else can present something that looks like a spent token and end the family with it.
 */
export interface RefreshToken {
  readonly key: FamilyKey;
  readonly locator: Buffer;
  /** How many rotations lie before it. Not secret: it tells a spent token from one that never was. */
  readonly generation: number;
  /** Unix seconds, floored. Believed only to tell an expired token from an unknown one. */
  readonly expiresAtSeconds: number;
  /** 256 bits, new in each generation. */
  readonly secret: Buffer;
}

const locatorBytes = 16;
const generationBytes = 4;
const expiryBytes = 5;
const headBytes = locatorBytes + generationBytes + expiryBytes;
const secretBytes = 32;
// 57 bytes are 76 characters without a spare bit: one token has one spelling.
const shape = /^([A-Za-z0-9_-]{11})\.([A-Za-z0-9_-]{76})$/;

/** What the first token of a new family needs from the operating system's randomness. */
export function newFamily(userId: string): Pick<RefreshToken, 'key' | 'locator' | 'secret'> {
  const locator = randomBytes(locatorBytes);
  return { key: { tag: userTag(userId), id: familyId(locator) }, locator, secret: randomBytes(secretBytes) };
}

/** Reads a token that came from outside; `undefined` when it cannot be one. Costs no look-up. */
export function parseRefreshToken(value: unknown): RefreshToken | undefined {
  const parts = typeof value === 'string' ? shape.exec(value) : null;
  if (parts === null) return undefined;
  const [, tag, body] = parts as unknown as [string, string, string];
  const bytes = Buffer.from(body, 'base64url');
  const locator = bytes.subarray(0, locatorBytes);
  return {
    key: { tag, id: familyId(locator) },
    locator,
    generation: bytes.readUIntBE(locatorBytes, generationBytes),
    expiresAtSeconds: bytes.readUIntBE(locatorBytes + generationBytes, expiryBytes),
    secret: bytes.subarray(headBytes),
  };
}

export function writeRefreshToken(token: RefreshToken): string {
  const head = Buffer.alloc(headBytes);
  token.locator.copy(head);
  head.writeUIntBE(token.generation, locatorBytes, generationBytes);
  head.writeUIntBE(token.expiresAtSeconds, locatorBytes + generationBytes, expiryBytes);
  return `${token.key.tag}.${Buffer.concat([head, token.secret]).toString('base64url')}`;
}

/** What the store keeps of a secret: SHA-256, base64url. */
export function hashOfSecret(secret: Buffer): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** 256 random bits, base64url. */
export function newStep(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The secret that follows on `secret`. Each of the two inputs has 256 bits of its own and is worthless without the
 * other, so the store holds one of them (for a while) and the holder of the spent token the other.
 */
export function successorOf(secret: Buffer, step: string): Buffer {
  return createHmac('sha256', Buffer.from(step, 'base64url')).update('sallyport:refresh:').update(secret).digest();
}

function familyId(locator: Buffer): string {
  return createHash('sha256')
    .update('sallyport:family:')
    .update(locator)
    .digest()
    .subarray(0, 18)
    .toString('base64url');
}
