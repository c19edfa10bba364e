/** The port between a stream and the place where its events lie. Its comments are the contract that every store passes. */

/** An event on its way into the store. */
export interface NewEntry {
  /** JSON. */
  readonly event: string;
  readonly trace?: string;
  /** While a key is remembered, an event of the same key is not appended again. */
  readonly key?: string;
}

export interface AppendResult {
  /** In the order of the entries. Of one that was there already, the id that it was given then. */
  readonly ids: readonly string[];
  /** Indexes of those that were there already. */
  readonly duplicates: readonly number[];
}

export interface StoredEntry {
  readonly id: string;
  /** JSON; `undefined` when it is not an entry that this version wrote. */
  readonly event: string | undefined;
  readonly trace?: string;
  /** It is a dead letter of this group that was put back into the stream; the id is that of the event at first. */
  readonly redriven?: { readonly group: string; readonly id: string };
}

export interface DeliveredEntry extends StoredEntry {
  /** How often it has been given to a consumer of the group, this time included. */
  readonly deliveries: number;
}

/** One exchange of a consumer with its group. */
export interface ConsumerTurn {
  readonly group: string;
  /** A name of its own for each life of each consumer. */
  readonly consumer: string;
  /**
   * Given in a consumer's first turn, and again after `unknown`: the id after which the group begins if it is not there;
   * `$` = the last one. With `known`, in a stream that has not come so far any more, it begins at the start.
   */
  readonly joinsAfter?: string;
  /** How many entries it would take. */
  readonly want: number;
  /** What the last turn gave as `claims`. */
  readonly claims: string;
  /** Entries that were delivered so often are given up, instead of delivered once more to another consumer. */
  readonly maxDeliveries: number;
  /** Looks for entries that others have had for too long. */
  readonly claim?: {
    readonly idleMs: number;
    /** Where to go on looking; '' = from the first. */
    readonly after: string;
    /** At the beginning of a search: forgets consumers that were silent for so long and have nothing pending. */
    readonly forgetMs: number;
  };
  /** They are done. */
  readonly acknowledged: readonly string[];
  /** Their clocks begin anew: they are still being worked on. */
  readonly renewed: readonly string[];
  /** They are tried again by the same consumer, for the n-th time. */
  readonly retried: readonly { readonly id: string; readonly deliveries: number }[];
  /** They are given up. @param death JSON of one object, which is kept with the entry. */
  readonly buried: readonly { readonly id: string; readonly death: string }[];
  /** Others may take them at once; `deliveries` as if they had not been taken. */
  readonly released: readonly { readonly id: string; readonly deliveries: number }[];
  /**
   * Given when the answer to an earlier turn did not arrive or `claims` has changed: all entries that the consumer holds
   * and tells nothing else about.
   */
  readonly known?: readonly string[];
}

export interface ConsumerTurnResult {
  /** Released ones and idle ones first, then new ones; with `known` also what it has without knowing. */
  readonly entries: readonly DeliveredEntry[];
  /** More can be taken at once. */
  readonly hasMore: boolean;
  /** It has entries of which no answer told, for an earlier one was lost: `known` is to be told next. */
  readonly holdsUnknown: boolean;
  /** The consumer is not known (any more), or this turn arrived twice: it took nothing, and `known` is to be told next. */
  readonly isUnknown: boolean;
  /**
   * Changes when an entry was taken from this consumer. While the one that a turn was sent with is the present one,
   * everything that the consumer holds is its own; else what it tells is checked entry by entry.
   */
  readonly claims: string;
  /** Entries that others have now: what the turn said of them has not taken effect. */
  readonly stale: readonly string[];
  /** Of `known`, what is no longer this consumer's. */
  readonly lost: readonly string[];
  /** Entries that were given up because they had been delivered too often. */
  readonly exhausted: readonly string[];
  /** How many entries were taken from silent consumers. */
  readonly claimed: number;
  /** Silent consumers that were forgotten. */
  readonly forgotten: number;
  /** Where the search for idle entries goes on; `undefined` when it has come to the end, or was not asked for. */
  readonly claimAfter: string | undefined;
  /** The last id in the stream, to wait from; `undefined` when there is more. */
  readonly lastId: string | undefined;
}

/**
 * Every change is atomic. What a call that fails with `RedisUnavailableError` has done is unknown; each may be repeated,
 * but for an `append` without keys.
 */
export interface StreamStore {
  /** Appends all or none, in the order given. */
  append(entries: readonly NewEntry[], keyTtlMs: number): Promise<AppendResult>;
  /** Entries from one id to another, both included. `descending` begins at `to`. */
  range(from: string, to: string, limit: number, order: RangeOrder): Promise<StoredEntry[]>;
  length(): Promise<number>;
  state(): Promise<StreamState>;
  /**
   * Removes the oldest entries beyond a number, and those older than a time.
   * @param limits.keepsUnacknowledged nothing that some group has not read and acknowledged
   * @returns how many
   */
  trim(limits: TrimLimits): Promise<number>;
  /**
   * Resolves with true when the stream has an entry after this id, with false after the time, or at once when the signal
   * is aborted or the store closed. What is written while the link is cut is told late, so look again after five seconds.
   */
  wait(after: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean>;

  /** @returns false when the group was there already; then it stays as it is */
  createGroup(group: string, after: string): Promise<boolean>;
  /** @throws RedisReplyError `NOGROUP` when the group is gone */
  turn(turn: ConsumerTurn): Promise<ConsumerTurnResult>;
  /**
   * Gives all that the consumer has to others, and forgets it.
   * @param started what counts as delivered
   * @returns how many
   */
  leave(group: string, consumer: string, started: readonly string[]): Promise<number>;
  /** `undefined` when there is no such group. */
  groupState(group: string): Promise<GroupState | undefined>;
  /** In the order of their ids. */
  pending(group: string, query: PendingQuery): Promise<PendingEntry[]>;
  /**
   * Reads on after this id. What is pending after it is forgotten, since it comes again. @returns false without a group
   */
  seek(group: string, after: string): Promise<boolean>;
  /** Its dead letters stay. @returns whether it was there */
  removeGroup(group: string): Promise<boolean>;
  deadLetters(group: string): DeadLetterStore;
  close(): Promise<void>;
}

type RangeOrder = 'ascending' | 'descending';

export interface TrimLimits {
  readonly maxLength?: number;
  readonly maxAgeMs?: number;
  readonly keepsUnacknowledged: boolean;
}

export interface StreamState {
  readonly length: number;
  readonly firstId: string | undefined;
  /** The last id that was given, also when its entry is gone; `undefined` when there never was one. */
  readonly lastId: string | undefined;
  /** All that were ever appended. */
  readonly added: number;
  readonly groups: readonly string[];
}

export interface GroupState {
  /** Entries that it has not been given yet. */
  readonly lag: number;
  /** Given and not acknowledged. */
  readonly pending: number;
  readonly lastDeliveredId: string;
  readonly consumers: readonly ConsumerState[];
  readonly deadLetters: number;
}

export interface ConsumerState {
  readonly name: string;
  readonly pending: number;
  /** Since its last turn. */
  readonly idleMs: number;
}

export interface PendingQuery {
  readonly limit: number;
  /** Only after this id. */
  readonly after?: string;
  readonly consumer?: string;
}

export interface PendingEntry {
  readonly id: string;
  /** `undefined`: it was given back, and the next consumer takes it. */
  readonly consumer: string | undefined;
  /** Since it was given to its consumer, or its consumer last told that it works on it. */
  readonly idleMs: number;
  readonly deliveries: number;
}

/** What a group has given up, the latest first. Each has an id of its own. */
export interface DeadLetterStore {
  /** @param before Only earlier ones, for paging. */
  list(limit: number, before?: string): Promise<DeadEntry[]>;
  get(id: string): Promise<DeadEntry | undefined>;
  /**
   * Puts entries back at the end of the stream, for this group alone. One that is not there any more is left out, so that
   * two operators do not double it. @returns how many
   */
  redrive(ids: readonly string[]): Promise<number>;
  /** @returns how many were there */
  remove(ids: readonly string[]): Promise<number>;
  /** Removes the oldest beyond `maxCount`, and those older than `maxAgeMs`. @returns how many */
  trim(limits: { readonly maxCount?: number; readonly maxAgeMs?: number }): Promise<number>;
}

export interface DeadEntry {
  /** Of the dead letter. */
  readonly id: string;
  /** As it was buried with. */
  readonly death: string;
  /** `undefined` when it is not an entry that this version wrote. */
  readonly event: string | undefined;
  readonly trace?: string;
  /** The entry as it lay in the stream: names and values in turn. */
  readonly fields: readonly string[];
}
