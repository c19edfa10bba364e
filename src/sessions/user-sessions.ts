/** The part of a session store that knows which sessions a user has. */
import type { SessionEndReason } from './errors.ts';
import type { SessionKey } from './session-id.ts';
import type { NewSessionRecord, SessionRecord, SessionRemains } from './store.ts';

export type WhenFull = 'allow' | 'evict-oldest' | 'reject';

/** Which limit was met. */
export type SessionLimitScope = 'user' | 'device-type';

/** Under which conditions one more session of a user is stored. */
export interface SessionAdmission {
  /** Most live sessions of the user, with the new one; `undefined`: any number. */
  readonly perUser: number | undefined;
  /** Most of them on devices of the new one's type; `undefined`: any number. */
  readonly perDeviceType: number | undefined;
  readonly whenFull: WhenFull;
  /** A session of the same user, of the same browser, that the new one takes the place of: it does not count. */
  readonly replaces: SessionKey | undefined;
  /** How long an ended session's key keeps its reason at least; one that was evicted, as long as it would have lived. */
  readonly tombstoneMs: number;
}

/** A session that was ended, as it was listed. */
export interface EndedSession {
  readonly hash: string;
  /** Among the sessions of one user each has another. */
  readonly createdAt: number;
  readonly deviceType: string;
}

export type SessionAdmitted =
  | {
      readonly status: 'admitted';
      readonly record: SessionRecord;
      /** Ended to make room, or because they were on the same device. */
      readonly evicted: readonly EndedSession[];
      /** What is left of the session to be replaced, if it was there: it was ended in this step. */
      readonly replaced: SessionRemains | undefined;
      /** The limit that was met, with `whenFull: 'allow'` or `'evict-oldest'`. */
      readonly met: SessionLimitScope | undefined;
    }
  /** Nothing was stored or ended. */
  | { readonly status: 'full'; readonly scope: SessionLimitScope };

export interface ListedSession {
  readonly hash: string;
  readonly record: Omit<SessionRecord, 'data'>;
}

/** By `createdAt`. `except`: all but this one, and none when this one is over itself. */
export type SessionSelection = 'all' | { readonly only: readonly number[] } | { readonly except: number };

/** A session that nobody ended and whose time ran out. */
export interface ExpiredSession {
  readonly userId: string;
  readonly createdAt: number;
  readonly deviceType: string;
}

/**
 * The sessions of each user. Each method is atomic for one user, so of two logins at once each counts the other, and
 * what `end` ends is all there was. An entry whose session is gone counts for nothing and is removed when it is met.
 *
 * Sessions of one user differ in `createdAt`: one that would be the same is moved on by a millisecond.
 */
export interface UserSessions {
  /** Stores and lists a session of a user, as `create` does without listing it, if there is room or room can be made. */
  admit(key: SessionKey, record: NewSessionRecord, admission: SessionAdmission): Promise<SessionAdmitted>;
  /** The live ones, the newest first, 1,000 at most. */
  list(tag: string): Promise<readonly ListedSession[]>;
  /** Ends sessions and resolves with what was ended; `undefined` when the one to be spared was over itself. */
  end(
    tag: string,
    selection: SessionSelection,
    options: { readonly reason: SessionEndReason; readonly tombstoneMs: number },
  ): Promise<readonly EndedSession[] | undefined>;
  /**
   * Sessions whose time ran out since the last call; each is given to one caller only, on whichever server. There only
   * if the store was made to tell it.
   */
  takeExpired?(): Promise<readonly ExpiredSession[]>;
}
