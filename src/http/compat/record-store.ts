/** What the drop-in stores need of a place for sessions. Names are SHA-256 of session ids, never the ids. */

/** A session as texts by field: `cookie`, `dates`, `user` and `data.<field>`. */
export type RecordFields = ReadonlyMap<string, string>;

interface RecordChange {
  readonly set: RecordFields;
  readonly remove: readonly string[];
  /** How the writer sees the cookie. Life and dates move only if the record, once changed, still says the same. */
  readonly cookie: string;
  readonly dates: string;
  readonly ttlMs: number;
}

/** `destroyed`: a session that is stored whole under this name is a new one. `revoked`: nobody may store one. For a minute. */
export type RecordEnd = 'destroyed' | 'revoked';

/**
 * Each method is atomic. "Not there" is a value; a rejection means that the store failed. The sessions of a user are
 * listed apart, possibly on another cluster node, so a session is joined to its user before it is stored.
 */
export interface RecordStore {
  /** The fields of a live session; `undefined` when there is none. */
  read(name: string): Promise<RecordFields | undefined>;
  /** Stores a session whole, unless it was revoked. */
  put(name: string, fields: RecordFields, ttlMs: number): Promise<'stored' | 'ended'>;
  /** Changes the named fields of a live session and leaves the others as they are. */
  change(name: string, change: RecordChange): Promise<'stored' | 'missing' | 'ended'>;
  /**
   * Ends a session, or keeps it from being stored.
   * @param options.ofUser Spares it when it is another user's by now.
   * @returns whether a live one was ended, and whose it was
   */
  end(
    name: string,
    options: { readonly as: RecordEnd; readonly ofUser?: string },
  ): Promise<{ readonly ended: boolean; readonly user: string | undefined }>;
  /** The names of all sessions, a batch at a time; one that comes or goes meanwhile may be among them or not. */
  names(): AsyncIterable<readonly string[]>;
  /** Lists a session as a user's, at least for this long. */
  join(user: string, name: string, ttlMs: number): Promise<void>;
  leave(user: string, name: string): Promise<void>;
  /** What is listed as a user's, with some that have ended. */
  namesOf(user: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** How long the end of a session is remembered; requests that were under way are over by then. */
export const endedMs = 60_000;
