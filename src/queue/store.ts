/** The port between a queue and the place where its tasks lie. Its comments are the contract that every store passes. */

/** The end of a waiting list at which tasks are taken; they are always added at the same one. */
export type QueueOrder = 'fifo' | 'lifo';

/** A task on its way into the store. */
export interface NewTask {
  /**
   * What comes back when the task is taken; see `envelope.ts`. A store may look into the header for the id, the key and
   * the priority when it puts a task back, so they have to be the same there.
   */
  readonly envelope: string;
  /** Refused while another task of this id is in the queue, and for the time it was retained after its end. */
  readonly uniqueId?: string;
  /** Tasks of one key are taken one at a time, in the order they were added, or fell due. */
  readonly key?: string;
  /** Higher ones are taken first; of no effect on a task with a key. @default 0 */
  readonly priority?: number;
  /** Not to be taken earlier. Tasks that fall due at the same time keep their order. @default 0 */
  readonly delayMs?: number;
  /** Replaces the waiting task of this name and starts its delay anew, for no longer than `maxDelayMs` after the first. */
  readonly debounce?: { readonly name: string; readonly maxDelayMs?: number };
}

/** `replaced`: the task of that name, by debouncing. `full`: so many tasks wait already; nothing was stored. */
export type AddOutcome = 'added' | 'duplicate' | 'replaced' | 'full';

/** How sure an add may be of its own effect; see `AddOptions.durability`. */
export interface Durability {
  readonly replicas?: number;
  readonly fsync?: boolean;
  readonly timeoutMs: number;
}

/** What has become of a task that a worker took, by the fence it was given with it. */
export type Completion = { readonly fence: number } & (
  | {
      readonly kind: 'done';
      readonly key?: string;
      readonly uniqueId?: string;
      /** How long `uniqueId` is still refused. */
      readonly retainMs?: number;
      /** The id under which the task had been cancelled. */
      readonly cancelledId?: string;
      readonly result?: { readonly id: string; readonly value: string; readonly ttlMs: number };
    }
  | { readonly kind: 'retry'; readonly key?: string; readonly delayMs: number; readonly envelope: string }
  | {
      readonly kind: 'bury';
      readonly key?: string;
      readonly uniqueId?: string;
      readonly retainMs?: number;
      readonly shelf: ShelfName;
      readonly id: string;
      /** Why, and after what, as one line of JSON. The store puts the envelope behind it, as it lay in the queue. */
      readonly record: string;
    }
  /** It was not started, or is to be started elsewhere: back to the front, as it was, in the order it was taken. */
  | { readonly kind: 'release' }
);

/** Where tasks end up that were given up: `business` for what the application itself refused. */
export type ShelfName = 'dead' | 'business';

/** At most one task per `everyMs` on average, over all workers; up to `burst` at once. */
export interface RateLimit {
  readonly everyMs: number;
  readonly burst: number;
}

export interface Turn {
  /** A name of its own for each life of each worker. */
  readonly worker: string;
  /** True in a worker's first turn. A repeated first turn does no harm. */
  readonly joins: boolean;
  readonly leaseMs: number;
  /** How many tasks it would take. It may be given fewer when they are large, and `left` then tells that there are others. */
  readonly want: number;
  readonly order: QueueOrder;
  readonly rate?: RateLimit;
  /** How often a task may lose its worker before it is given up. */
  readonly maxLosses: number;
  readonly completions: readonly Completion[];
  /**
   * Given when the answer to an earlier turn did not arrive: all fences that the worker holds. The answer then has in
   * `held` what it holds beyond these.
   */
  readonly known?: readonly number[];
}

export interface TakenTask {
  /** Rises with every task that is taken from this queue. */
  readonly fence: number;
  readonly envelope: string;
}

/** `lost`: the lease had lapsed, and what the worker held is others' now. None of its completions has taken effect. */
export type TurnOutcome = { readonly lost: true } | TurnResult;

export interface TurnResult {
  readonly lost: false;
  readonly tasks: readonly TakenTask[];
  readonly held: readonly TakenTask[];
  /** Until a delayed task or a schedule falls due; `undefined` when there is none. */
  readonly nextDueMs: number | undefined;
  /** Until the rate limit allows another task; 0 when it does. */
  readonly rateWaitMs: number;
  readonly paused: boolean;
  /** Tasks that could be taken now and were not. */
  readonly left: number;
  /** Tasks that were taken from a worker whose lease had lapsed, and put back. */
  readonly recovered: number;
  /** All cancelled tasks that this worker has are among them. */
  readonly cancelledIds: readonly string[];
  /** Names of schedules that are due. */
  readonly dueSchedules: readonly string[];
}

/**
 * Every change is atomic. What a call that fails with `RedisUnavailableError` has done is unknown; each may be repeated,
 * but for an `add` without `uniqueId`.
 */
export interface QueueStore {
  /**
   * Adds in the order given, all or those for which there is room.
   * @param maxWaiting 0 = any number
   * @param durability Waits for replicas or the disk after the tasks were stored.
   * @param together How many of the tasks, number by number, are stored together or not at all for want of room. @default
   * each by itself
   */
  add(
    tasks: readonly NewTask[],
    maxWaiting: number,
    durability?: Durability,
    together?: readonly number[],
  ): Promise<AddResult>;
  /** Ends, renews and takes in one go. Also puts back what lapsed workers held, and lets come due what is due. */
  turn(turn: Turn): Promise<TurnOutcome>;
  /** Puts back what the worker still holds, for others to take at once, and forgets it. @returns how many; -1 when lost */
  leave(worker: string, order: QueueOrder): Promise<number>;
  /** For one worker that waits for tasks. It may hold a connection. */
  openWaiter(): QueueWaiter;

  /** While paused no task is taken; tasks that were taken go on. */
  setPaused(paused: boolean): Promise<void>;
  /**
   * A worker that has the task, or takes it within this time, is told. A task that is added under this id later is not, nor
   * one that is redriven.
   */
  cancel(id: string, ttlMs: number): Promise<void>;
  /** What tasks of these ids left as their results; `null` where there is none, or none any more. */
  results(ids: readonly string[]): Promise<(string | null)[]>;
  /** The latest progress of a running task, as JSON; it is forgotten after `ttlMs`. */
  setProgress(id: string, value: string, ttlMs: number): Promise<void>;
  progress(id: string): Promise<string | null>;
  state(): Promise<QueueState>;
  /** Envelopes of the tasks that would be taken next, the next one first; keyed tasks only by the first of each key. */
  peek(limit: number, order: QueueOrder): Promise<string[]>;
  /**
   * Removes all tasks that wait or are delayed at one moment, and nothing else. Their ids are free when it has resolved.
   * @returns how many
   */
  clear(): Promise<number>;
  readonly schedules: ScheduleStore;
  shelf(name: ShelfName): Shelf;
  close(): Promise<void>;
}

export interface AddResult {
  readonly outcomes: readonly AddOutcome[];
  /**
   * False when the tasks were stored but not within the time on as many replicas, or not on the disk, as was asked for:
   * they may be lost in a fail-over or a power failure. True when nothing was asked for.
   */
  readonly durable: boolean;
}

export interface QueueWaiter {
  /**
   * Resolves with true when there may be a task to take, with false after the time, or at once when it was closed. A word
   * may go lost with the worker that it reached, so others look again after five seconds at the latest.
   */
  wait(timeoutMs: number): Promise<boolean>;
  /** Ends a wait that is under way. */
  close(): Promise<void>;
}

/** What lies in a queue at one moment. */
export interface QueueState {
  /** Ready to be taken, or behind others of their key. */
  readonly waiting: number;
  readonly delayed: number;
  /** Taken and not yet ended. */
  readonly active: number;
  readonly dead: number;
  readonly business: number;
  readonly paused: boolean;
  readonly workers: readonly WorkerState[];
  /** When the task that waits longest was added, Unix ms, as far as the first few tell; `undefined` when none waits. */
  readonly oldestAt: number | undefined;
  /** Of the store's clock, Unix ms. */
  readonly now: number;
  /** Counts of the minute up to now, to within the share of a few seconds. */
  readonly lastMinute: {
    readonly added: number;
    /** Done, given up or refused: what left the queue. */
    readonly finished: number;
    readonly retried: number;
  };
}

export interface WorkerState {
  readonly worker: string;
  readonly active: number;
  /** Below 0: its lease has lapsed, and another worker will take its tasks. */
  readonly leaseLeftMs: number;
}

/** Tasks that were given up, the latest first. */
export interface Shelf {
  /** @param before Only what was put there earlier than this entry, for paging. */
  list(limit: number, before?: { readonly at: number; readonly id: string }): Promise<ShelfEntry[]>;
  get(id: string): Promise<ShelfEntry | undefined>;
  /**
   * Takes entries off the shelf and adds each as a task again, with the envelope given. An entry that is not there any
   * more is left out, so that two operators do not double a task.
   * @returns how many were added
   */
  redrive(tasks: readonly { readonly id: string; readonly task: NewTask }[]): Promise<number>;
  /** @returns how many were there */
  remove(ids: readonly string[]): Promise<number>;
  /** Removes the oldest beyond `maxCount`, and those older than `maxAgeMs`. @returns how many */
  trim(limits: { readonly maxCount?: number; readonly maxAgeMs?: number }): Promise<number>;
}

export interface ShelfEntry {
  /** Of the task. When an earlier task of this id lies there still, `#` and the fence of this one follow. */
  readonly id: string;
  readonly at: number;
  /** As it was put there: one line of JSON, then the envelope. */
  readonly record: string;
}

/** Repeated tasks: what is to be added, and when next. */
export interface ScheduleStore {
  /** Adds or replaces; one of the same `spec` stays where it is. @param spec JSON, for whoever reads it */
  put(name: string, spec: string, nextAt: number): Promise<void>;
  /** @returns whether it was there */
  remove(name: string): Promise<boolean>;
  list(): Promise<{ readonly name: string; readonly spec: string; readonly nextAt: number }[]>;
  /** `now` is of the store's clock, Unix ms, by which schedules are due. */
  get(names: readonly string[]): Promise<{
    readonly now: number;
    readonly schedules: readonly ({ readonly spec: string; readonly nextAt: number } | undefined)[];
  }>;
  /**
   * Adds the tasks and moves the schedule on, if it still is at `dueAt`, still is this `spec`, and is due by the store's
   * clock; so a slot fires once and not too early, however many workers see it.
   */
  fire(name: string, spec: string, dueAt: number, nextAt: number, tasks: readonly NewTask[]): Promise<boolean>;
}
