/** The port between a list and the place where its values lie. Its comments are the contract that every store passes. */
import type { RedisUnavailableError } from '../redis/errors.ts';

/** `fifo`: what was pushed first is popped first. `lifo`: what was pushed last. */
export type ListOrder = 'fifo' | 'lifo';

/** A list to take from. Values are always added at its tail; `fifo` takes at the head, `lifo` at the tail. */
export interface ListSource {
  /** The list's name within the store, from `keys.ts`. */
  readonly place: string;
  readonly order: ListOrder;
}

export interface TakenValues {
  /** Which of the sources they come from. */
  readonly index: number;
  /** At least one, in the order in which they were next. */
  readonly values: readonly Buffer[];
}

/** `unavailable`: the time is up and Redis is away, so that nobody knows whether the list is empty. */
export type WaitOutcome =
  | ({ readonly status: 'taken' } & TakenValues)
  | { readonly status: 'empty' }
  | { readonly status: 'unavailable'; readonly error: RedisUnavailableError };

export interface WaitLimits {
  /** 1 to 2,147,483,647 */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Keeps lists of values that it does not look into. Every change is atomic, and a value is given to one caller only.
 * Whether a call that failed with `RedisUnavailableError` was carried out is unknown.
 */
export interface ListStore {
  /** Adds all of them, in their order. @returns the length afterwards */
  push(place: string, values: readonly string[]): Promise<number>;
  /**
   * Takes up to `count` values from the first of the sources that has any. They are gone from the store with that.
   * @returns `undefined` when all are empty
   */
  take(sources: readonly ListSource[], count: number): Promise<TakenValues | undefined>;
  /**
   * As `take`, as soon as there is a value. Waiting alone takes nothing, so whatever ends it (the time, the signal, a lost
   * connection, the death of this process) loses nothing. A take that has begun when the wait is to end is awaited, and
   * what it brought is given in spite of the end. Of those that wait in one process the first to come is the first to get.
   *
   * An outage is waited through. Only when a connection is lost between a take and its answer does this reject, with
   * `RedisUnavailableError`, since a value may be gone with it.
   * @throws The signal's reason, when it was aborted; then nothing was taken.
   * @throws RedisUnavailableError `closed`, when the store is closed
   */
  takeWhenThere(sources: readonly ListSource[], count: number, limits: WaitLimits): Promise<WaitOutcome>;
  /**
   * Sorts out, in one step, what was taken and could not be read: adds `unreadable` to the list `aside` and puts the
   * others back where they were taken, so that they are next again, in the same order.
   */
  setAside(source: ListSource, others: readonly Buffer[], aside: string, unreadable: readonly Buffer[]): Promise<void>;
  length(place: string): Promise<number>;
  /** Up to `count` values that would be taken next, the next one first; they stay. */
  peek(source: ListSource, count: number): Promise<Buffer[]>;
  /** Removes all values. @returns how many */
  clear(place: string): Promise<number>;
  /** Ends all waits and closes what the store opened. Takes that have begun are awaited. */
  close(): Promise<void>;
}
