import { createHash } from 'node:crypto';
import { checkNamespace, userTag } from '../redis/keys.ts';
import type { RevocableToken, RevocationScope } from './store.ts';

/**
 * The Redis keys of token revocation. All keys of one user carry the same `{hash tag}`, so that one MGET reads them on
 * a cluster too.
 */
export interface RevocationKeys {
  /** Exists while a revoked token would still have lived. */
  denied(token: RevocableToken): string;
  /** Exists while a token on the allow-list is valid. */
  allowed(token: RevocableToken): string;
  /** Holds the cut-off of a user or of one of the user's devices, in milliseconds. */
  before(scope: RevocationScope): string;
  readonly feed: FeedKeys;
}

/** The keys of pushed revocation, in one slot that is no user's. */
export interface FeedKeys {
  /** The stream of all revocations. */
  readonly feed: string;
  /** The id of the newest entry: what is left when the stream was removed or evicted, so that it is missed. */
  readonly lastId: string;
  /** A sorted set: the marks of revoked signing keys by when they are forgotten. */
  readonly revokedKeys: string;
  /** What one server writes to prove that it is heard. */
  follower(server: string): string;
}

export function revocationKeys(namespace: string): RevocationKeys {
  const prefix = `${checkNamespace(namespace)}:token:`;
  return {
    denied: ({ userId, jti }) => `${prefix}{${userTag(userId)}}:denied:${idInKey(jti)}`,
    allowed: ({ userId, jti }) => `${prefix}{${userTag(userId)}}:allowed:${idInKey(jti)}`,
    before: ({ userId, deviceId }) => {
      const ofUser = `${prefix}{${userTag(userId)}}:before`;
      return deviceId === undefined ? ofUser : `${ofUser}:${deviceHash(deviceId)}`;
    },
    feed: {
      feed: `${prefix}{revocations}:feed`,
      lastId: `${prefix}{revocations}:last`,
      revokedKeys: `${prefix}{revocations}:keys`,
      follower: (server) => `${prefix}{revocations}:follower:${server}`,
    },
  };
}

/** Redis takes whole milliseconds; rounding up never ends an entry too early. */
export function wholeMs(timeMs: number): string {
  return String(Math.ceil(timeMs));
}

/** 128 bits of SHA-256: a device id can be long and can tell something about its owner. */
function deviceHash(deviceId: string): string {
  return createHash('sha256').update(deviceId).digest().subarray(0, 16).toString('base64url');
}

const ownId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** An id of our own (a UUID of version 7) in 22 characters instead of 36, for Redis keeps them in every entry. */
function idInKey(jti: string): string {
  if (ownId.test(jti)) return Buffer.from(jti.replaceAll('-', ''), 'hex').toString('base64url');
  // A foreign id that looks like a shortened one must not be taken for it.
  return /^[\w-]{22}\.*$/.test(jti) ? `${jti}.` : jti;
}
