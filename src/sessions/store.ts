import type { RawValue, SessionCodec } from './codec.ts';
import type { SessionDevice } from './device.ts';
import type { SessionEndReason } from './errors.ts';
import type { SessionKey } from './session-id.ts';
import type { UserSessions } from './user-sessions.ts';

/** Who is signed in. */
export interface SessionIdentity {
  readonly userId: string;
  readonly username?: string;
  readonly role?: string;
}

/** What is known about the client that opened the session. */
export interface SessionClient {
  readonly ipAddress?: string;
  readonly userAgent?: string;
}

/** What a visitor's session keeps of the one before it. */
export interface SessionAftermath {
  /** Why the session of a user that the browser had before was ended from elsewhere: guards tell it until the next login. */
  readonly afterEnd?: SessionEndReason;
}

export interface NewSessionRecord extends Partial<SessionIdentity>, SessionClient, SessionAftermath {
  /** Time without access after which the session is gone; `undefined`: it does not slide. */
  readonly idleMs: number | undefined;
  readonly device?: SessionDevice;
  /** Longest life from now, whatever happens; `undefined`: none. */
  readonly absoluteMs: number | undefined;
  readonly data: ReadonlyMap<string, RawValue>;
}

/** A live session as stored. Times are milliseconds since the Unix epoch on the store's own clock. */
export interface SessionRecord extends Partial<SessionIdentity>, SessionClient, SessionAftermath {
  readonly createdAt: number;
  readonly device?: SessionDevice;
  /** Set with `userId`. */
  readonly loginTime?: number;
  /** When the session was last read with `renew`: for the reader, this very access. */
  readonly lastAccess: number;
  /** When the session ends if nobody uses it any more. */
  readonly expiresAt: number;
  /** Time without access after which it ends; `undefined`: it does not slide. */
  readonly idleMs: number | undefined;
  /** When it ends however active it is; `undefined`: never for that reason. */
  readonly absoluteAt: number | undefined;
  /** What the store's clock said when this was read. */
  readonly readAt: number;
  readonly data: ReadonlyMap<string, RawValue>;
}

/** `missing` = never was, or expired. `ended` = ended on purpose a short while ago (see `tombstoneMs`). */
export type SessionLookup =
  | { readonly status: 'live'; readonly record: SessionRecord }
  | { readonly status: 'missing' }
  | { readonly status: 'ended'; readonly reason: SessionEndReason };

export interface SessionChange {
  readonly set: ReadonlyMap<string, RawValue>;
  readonly remove: readonly string[];
  /** Change only if this field still holds exactly this value (`undefined`: is still absent). */
  readonly expect?: { readonly field: string; readonly value: RawValue | undefined };
  readonly maxDataBytes: number;
}

export type SessionChangeResult =
  | { readonly status: 'changed' }
  | { readonly status: 'missing' }
  | { readonly status: 'ended'; readonly reason: SessionEndReason }
  /** `expect` did not hold; `value` is what the field holds now. */
  | { readonly status: 'conflict'; readonly value: RawValue | undefined }
  | { readonly status: 'too-large'; readonly sizeBytes: number };

export interface SessionReadOptions {
  /**
   * Whether the idle time starts anew, never beyond the absolute limit. `'due'`: only when `renewalGapMs` have passed
   * since it last did, so that most reads change nothing.
   */
  readonly renew: boolean | 'due';
}

export type SessionRetiming =
  /** `lastAccess`: when the idle time started anew. */
  { readonly status: 'changed'; readonly lastAccess: number } | { readonly status: 'missing' | 'ended' };

/** What is left of a session that was ended. */
export interface SessionRemains {
  /** Its data with all that was ever written to it, since what comes later is refused; `undefined`: it cannot be read. */
  readonly data: ReadonlyMap<string, RawValue> | undefined;
}

export type SessionRotation = 'rotated' | 'missing' | 'ended';

/**
 * Where sessions are kept. Each method is atomic: two servers that call at once see one order, and a crash leaves
 * either all of a call or nothing. "Not there" is a value; a rejection means that the store failed.
 *
 * No method brings a session back: only `create` makes one, and its key is new each time.
 */
export interface SessionStore {
  readonly codec: SessionCodec;
  /** Stores a new session and resolves with it as a reader would see it. */
  create(key: SessionKey, record: NewSessionRecord): Promise<SessionRecord>;
  read(key: SessionKey, options: SessionReadOptions): Promise<SessionLookup>;
  /**
   * The same from this process' memory, if the store keeps copies there and has one that holds now; it then sees to
   * the renewal by itself. `undefined`: ask `read`.
   */
  peek?(key: SessionKey, options: SessionReadOptions): SessionLookup | undefined;
  /**
   * Changes the named fields and leaves all others as they are, so that parallel requests keep each other's writes.
   * Does not move the expiry. When the data would exceed `maxDataBytes` nothing is changed.
   */
  change(key: SessionKey, change: SessionChange): Promise<SessionChangeResult>;
  /**
   * Gives a live session another idle time, which starts now. Its absolute end stays.
   * @param options.userId whose it is, if it is a user's
   */
  retime(
    key: SessionKey,
    options: { readonly idleMs: number; readonly userId?: string | undefined },
  ): Promise<SessionRetiming>;
  /**
   * Moves a session to a new key of the same tag, with its data and its expiry, and leaves a tombstone at the old one:
   * at no moment do both keys, or neither, hold the session.
   */
  rotate(
    from: SessionKey,
    to: SessionKey,
    options: { readonly role?: string; readonly tombstoneMs: number },
  ): Promise<SessionRotation>;
  /**
   * Ends a session. Its key keeps the reason for `tombstoneMs`, so that the next request can be told why.
   * Resolves with what is left of it, `undefined` when there was none to end.
   */
  end(
    key: SessionKey,
    options: { readonly reason: SessionEndReason; readonly tombstoneMs: number },
  ): Promise<SessionRemains | undefined>;
  /** The sessions of each user; there only in a store that was made to list them. */
  readonly users?: UserSessions | undefined;
  /** Forgets timers and memory. Does not close a Redis port that was handed in. */
  close(): Promise<void>;
}
