/** The marks by which revocations and the tokens they concern find each other: of one size, whatever the ids are. */
import { hash } from 'node:crypto';
import type { RevocableToken, RevocationScope } from '../store.ts';

/** All that can revoke one token. */
export interface TokenMarks {
  /** Of the token, its family and its key. */
  readonly denials: readonly string[];
  /** Of its user and its device. */
  readonly cutOffs: readonly string[];
}

/** Of a token, or of a family whose id stands in `jti`. */
export function denialMark({ userId, jti }: RevocableToken): string {
  return mark('denied', userId, jti);
}

export function cutOffMark({ userId, deviceId }: RevocationScope): string {
  return deviceId === undefined ? mark('before', userId) : mark('before', userId, deviceId);
}

export function keyMark(keyId: string): string {
  return mark('key', keyId);
}

export function marksOf(token: RevocableToken): TokenMarks {
  const { userId, deviceId, familyId, keyId } = token;
  const denials = [denialMark(token)];
  if (familyId !== undefined) denials.push(denialMark({ userId, jti: familyId }));
  if (keyId !== undefined) denials.push(keyMark(keyId));
  const cutOffs = [cutOffMark({ userId })];
  if (deviceId !== undefined) cutOffs.push(cutOffMark(token));
  return { denials, cutOffs };
}

/** 132 bits of SHA-256. JSON keeps ids apart that hold the separator. */
function mark(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22);
}
