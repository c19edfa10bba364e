/** Where all servers add up how often tokens are used. */

/** A token's uses on one server, by the time they were made. */
export interface UsesOfToken {
  /** A hash of user and token id: nothing of it can be used to log in. */
  readonly token: string;
  readonly uses: readonly { readonly atMs: number; readonly count: number }[];
}

/** What one server tells at a time; never empty. Times are Unix milliseconds on the store's own clock. */
export interface UseReport {
  /** A random name of the server that tells it. */
  readonly server: string;
  /** Grows with each report of a server. A report that is sent again, for its answer was lost, keeps its number. */
  readonly sequence: number;
  readonly nowMs: number;
  /** A token that was used more often than this within the window is abused. */
  readonly maxUses: number;
  readonly tokens: readonly UsesOfToken[];
}

/**
 * `fine`: not used too often within the window. `found`: this server is the first to hear that it was; told again to the
 * same server. `known`: another server heard it before.
 */
export interface UseAnswer {
  readonly status: 'fine' | 'found' | 'known';
  /** On all servers within the window, as far as it was told. */
  readonly uses: number;
}

/**
 * The port behind `abuse`. Uses are counted in slices of two seconds; the window is the slice of `nowMs` and the ones
 * before it, `windowSlices` in all. What lies outside of the window of its report is not counted. A rejection says that
 * the report may or may not have been counted: it is sent again under the same number.
 */
export interface UseCountStore {
  /** The store's clock, Unix milliseconds. */
  timeMs(): Promise<number>;
  /**
   * Counts a report, once however often it arrives, and answers for its tokens in their order. Atomic: of two servers that
   * report at the same time one sees the uses of the other, and one is told `found`.
   */
  add(report: UseReport): Promise<readonly UseAnswer[]>;
}

const sliceMs = 2_000;
export const slicesPerMinute = 30;
/**
 * 56 to 58 seconds. What is missing from the minute covers that uses are told by the second, and that a server knows the
 * store's clock to half a second: so uses that lie a minute apart are never added up.
 */
export const windowSlices = 29;
/** After this nothing of a report can lie in a window any more, in milliseconds. */
export const keptMs = 180_000;

export const sliceOf = (atMs: number): number => Math.floor(atMs / sliceMs);
