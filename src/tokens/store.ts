/** Where revocations are kept. Every method is atomic and safe to repeat. */
import type { AnnouncingRevocationStore } from './pushed/feed.ts';

/** What identifies a token to the store. Nothing of it can be used to log in. */
export interface RevocableToken {
  /** `sub`. */
  readonly userId: string;
  /** `jti`, unique per token of a user. */
  readonly jti: string;
  readonly deviceId?: string;
  /** `sid`: the family of pairs it belongs to. */
  readonly familyId?: string;
  /** `kid` of the key that signed it. Only a store that announces knows of revoked keys. */
  readonly keyId?: string;
}

/** All tokens of a user, or only those of one of the user's devices. */
export interface RevocationScope {
  readonly userId: string;
  readonly deviceId?: string;
}

/** What the store knows about a token. Nothing known is `{ denied: false, allowed: false }`. */
export interface RevocationRecord {
  /** The token itself, or its family. */
  readonly denied: boolean;
  readonly allowed: boolean;
  /** Tokens issued before this time are revoked: the later of the user's and the device's cut-off. */
  readonly revokedBeforeMs?: number;
}

/**
 * The port behind `revoke`, `revokeUser` and `revokeDevice`. Times are Unix milliseconds. An entry is gone by itself
 * at its `untilMs`; a time in the past stores nothing. A method that resolved has taken effect: every `check` that
 * starts afterwards, on any server, sees it. A method that rejected may or may not have taken effect.
 */
export interface RevocationStore {
  /** Puts a token on the deny-list until `untilMs`; or all of a family, whose id then stands in `jti`. */
  deny(token: RevocableToken, untilMs: number): Promise<void>;
  /** Puts a token on the allow-list until `untilMs`. */
  allow(token: RevocableToken, untilMs: number): Promise<void>;
  /** Takes a token off the allow-list. One that is not there is no error. */
  disallow(token: RevocableToken): Promise<void>;
  /**
   * Revokes what was issued before `beforeMs`, and remembers it until `untilMs`. The cut-off and its end only move
   * forward: of two concurrent calls the later times win, whichever arrives last.
   */
  cutOff(scope: RevocationScope, beforeMs: number, untilMs: number): Promise<void>;
  /** Everything that is known about one token, in one round trip. A token without `deviceId` has no device cut-off. */
  check(token: RevocableToken): Promise<RevocationRecord>;
  /**
   * The same store, which also announces what is revoked through it to all servers that follow: mode `pushed`. Absent in a
   * store that cannot.
   * @param longestMs so long after it was made a revocation can concern a token that lives
   */
  announcing?(longestMs: number): AnnouncingRevocationStore;
}
