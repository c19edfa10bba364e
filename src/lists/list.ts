/** A Redis List of typed values, as an application uses it. */
import { checkPayload, encodePayload } from '../payload/payload.ts';
import { internals, type ListInternals } from './internals.ts';
import { listPlace, undecodablePlace } from './keys.ts';
import {
  countOf,
  type ListOptions,
  listSettings,
  type PopOptions,
  type ValuesOptions,
  type Wait,
  waitOf,
} from './options.ts';
import { Reader } from './reader.ts';
import type { ListSource, ListStore } from './store.ts';
import { iterateValues } from './values.ts';
import { takeOrWait } from './wait.ts';

/**
 * Values are delivered at most once: one that was popped is gone, whatever becomes of the process that has it. Any number
 * of producers and consumers may use a list; each value goes to exactly one of them.
 */
export interface List<Value> {
  readonly name: string;
  /**
   * Adds values at the tail (RPUSH), all of them or none.
   * @returns the length afterwards
   * @throws PayloadError when one is refused: nothing is stored
   * @throws RedisUnavailableError when nobody knows whether they were stored
   */
  push(...values: readonly Value[]): Promise<number>;
  /**
   * Takes the next value (LPOP; RPOP with `lifo`).
   * @returns `undefined` when the list is empty, or still is after `timeoutSeconds`
   * @throws ListUndecodableError for a value that is not JSON or does not fit the schema; the next pop gives the next one
   * @throws RedisUnavailableError when Redis is away; a value that it was about to give may be gone. An outage that falls
   *   within a wait is waited through, and told when the time is up.
   * @throws The signal's reason, when it was aborted; then nothing was taken.
   */
  pop(options: PopOptions & { readonly timeoutSeconds: 0 }): Promise<Value>;
  pop(options?: PopOptions): Promise<Value | undefined>;
  /**
   * Takes as many as there are, up to `count`; with a timeout it waits for the first.
   * @returns an empty array when the list is empty
   * @throws as `pop` does. When one of them cannot be read, the others are put back where they were.
   */
  popMany(count: number, options?: PopOptions): Promise<Value[]>;
  /**
   * Pops for ever: `for await (const value of list.values({ signal }))`. Takes nothing ahead, waits through outages, and
   * ends without an error when `signal` is aborted.
   * @throws ListUndecodableError without `onUndecodable`; a new loop goes on with the next value
   */
  values(options?: ValuesOptions): AsyncIterableIterator<Value>;
  /** LLEN */
  length(): Promise<number>;
  /** Up to `count` values that would be popped next, the next one first. Those that cannot be read are left out. @default 1 */
  peek(count?: number): Promise<Value[]>;
  /** Removes all values. @returns how many */
  clear(): Promise<number>;
  /** What was popped and could not be read, as it was. */
  readonly undecodable: UndecodableValues;
  /** @internal */
  readonly [internals]: ListInternals<Value>;
}

/** The list `<name>:undecodable`. It grows until it is cleared. */
export interface UndecodableValues {
  length(): Promise<number>;
  /** The oldest first. @default 1 */
  peek(count?: number): Promise<Buffer[]>;
  /** @returns how many were removed */
  clear(): Promise<number>;
}

/**
 * @throws InvalidOptionError
 * @example const orders = createList<Order>('orders', redisListStore(redis));
 */
export function createList<Value = unknown>(
  name: string,
  store: ListStore,
  options: ListOptions<Value> = {},
): List<Value> {
  const place = listPlace(name);
  const { order, schema, maxPayloadBytes } = listSettings(options);
  const source: ListSource = { place, order };
  const aside: ListSource = { place: undecodablePlace(place), order: 'fifo' };
  const reader = new Reader<Value>(name, store, source, schema);

  async function popMany(count: number, wait: Wait, asksFirst?: boolean): Promise<Value[]> {
    const taken = await takeOrWait(store, [source], count, wait, asksFirst);
    return taken === undefined ? [] : reader.taken(taken.values);
  }

  async function pop(options?: PopOptions): Promise<Value>;
  async function pop(popOptions: PopOptions = {}): Promise<Value | undefined> {
    return (await popMany(1, waitOf(popOptions)))[0];
  }

  return {
    name,
    push: async (...values) => {
      // What was given is stored as it is now; the schema's own result is made again when it is popped.
      const texts = values.map((value) => encodePayload(value, maxPayloadBytes));
      if (schema !== undefined) {
        const checks = values.map((value) => checkPayload(value, schema));
        if (checks.some((check) => check instanceof Promise)) await Promise.all(checks);
      }
      return texts.length === 0 ? store.length(place) : store.push(place, texts);
    },
    pop,
    popMany: async (count, popOptions = {}) => popMany(countOf(count), waitOf(popOptions)),
    values: (valuesOptions = {}) =>
      iterateValues<Value>(async (wait, asksFirst) => {
        const [value] = await popMany(1, wait, asksFirst);
        return value as Value;
      }, valuesOptions),
    length: () => store.length(place),
    peek: async (count = 1) => reader.readable(await store.peek(source, countOf(count))),
    clear: () => store.clear(place),
    undecodable: {
      length: () => store.length(aside.place),
      peek: async (count = 1) => store.peek(aside, countOf(count)),
      clear: () => store.clear(aside.place),
    },
    [internals]: { store, source, reader },
  };
}
