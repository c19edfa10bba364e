/** The port between presence and the place where it is kept. Its comments are the contract that every store passes. */

/** A sign of life. */
export interface Beat {
  readonly userId: string;
  /** How long ago it was. Stores have a clock of their own, which all servers share. */
  readonly ageMs: number;
  /** What the user told, and how long ago. */
  readonly status?: { readonly name: string; readonly ageMs: number };
}

export interface BeatOutcome {
  /** Who was not online and now is. */
  readonly online: readonly string[];
  /** Those among them who had fallen silent and not been swept yet: they went offline, and came back. */
  readonly returned: readonly string[];
  /** Whose beat changed nothing: it was as old as `offlineAfterMs`, or from before the user left. */
  readonly ignored: readonly string[];
}

/** One who is online. Times are in ms since the Unix epoch, on the store's clock. */
export interface PresenceRecord {
  readonly userId: string;
  /** `undefined`: none was told since the user came online. */
  readonly status: string | undefined;
  /** Since when without a pause. */
  readonly since: number;
  readonly lastActive: number;
}

export interface PageRequest {
  /** The `next` of the page before. @default from the beginning */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Only those who told this status. */
  readonly status?: string | undefined;
}

export interface PresencePage {
  readonly users: readonly PresenceRecord[];
  /** Digits; `undefined` at the end. A page may have fewer than `limit` and yet a next one. */
  readonly next: string | undefined;
}

/**
 * Who is online: whoever had a beat less than `offlineAfterMs` ago and did not leave since. Every method reads the store's
 * own clock, and nobody silent is ever shown, swept or not. Each change is one step, and of all servers exactly one is told
 * that a user came or went. Whether a call that failed with `RedisUnavailableError` was carried out is unknown; then it may
 * be that nobody is told.
 */
export interface PresenceStore {
  /** Notes beats of different users. Times only go forward; the status that was told last counts. */
  beat(beats: readonly Beat[], offlineAfterMs: number): Promise<BeatOutcome>;
  /**
   * Takes a user off. Beats from before, and of the second after it, are ignored: they are of requests that were under way.
   * @returns false for one who was not online; who has fallen silent is left to `sweep`, which tells so
   */
  leave(userId: string, offlineAfterMs: number): Promise<boolean>;
  /** Takes off up to `count` users who have been silent for too long. @returns who they are */
  sweep(offlineAfterMs: number, count: number): Promise<string[]>;
  /** @returns one answer for each user, `undefined` for one who is not online */
  find(userIds: readonly string[], offlineAfterMs: number): Promise<(PresenceRecord | undefined)[]>;
  /** How many are online. Its cost does not grow with their number, or by its logarithm. */
  count(offlineAfterMs: number): Promise<number>;
  /**
   * Those online, in the order in which they came. Who is online from the first page to the last is on exactly one of them;
   * with `status`, if that did not change. Who comes meanwhile is on the last.
   */
  page(request: PageRequest, offlineAfterMs: number): Promise<PresencePage>;
  close(): Promise<void>;
}

/** How long after a user left beats are taken for those of requests that were under way. */
export const leaveGraceMs = 1_000;

/** How many of those who are silent and not swept a page passes over before it is cut short. */
export const mostPassedOver = 1_000;
