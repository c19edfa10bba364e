import { Deque } from '../deque.ts';
import { RedisUnavailableError } from '../redis/errors.ts';
import { onAbort } from './on-abort.ts';
import type { ListOrder, ListSource, ListStore, TakenValues, WaitOutcome } from './store.ts';

interface Waiter {
  readonly sources: readonly ListSource[];
  readonly count: number;
  give(taken: TakenValues): void;
  refuse(error: Error): void;
}

/**
 * Keeps lists in this process: for development, tests and a single server. A restart forgets them, and no other server
 * sees them. Each method runs in one turn of the event loop, which makes it atomic.
 */
export function memoryListStore(): ListStore {
  const lists = new Map<string, Deque<Buffer>>();
  /** In the order in which they came. */
  const waiters = new Map<string, Set<Waiter>>();
  let closed = false;

  function take(sources: readonly ListSource[], count: number): TakenValues | undefined {
    for (const [index, { place, order }] of sources.entries()) {
      const list = lists.get(place);
      if (list === undefined) continue;
      const values = taken(list, order, count);
      if (list.length === 0) lists.delete(place);
      return { index, values };
    }
    return undefined;
  }

  /** Gives a value to whoever waits for it in the same turn in which it came. */
  function serve(place: string): void {
    for (const waiter of waiters.get(place) ?? []) {
      const taken = take(waiter.sources, waiter.count);
      if (taken === undefined) return;
      waiter.give(taken);
    }
  }

  function listAt(place: string): Deque<Buffer> {
    const list = lists.get(place) ?? new Deque<Buffer>();
    lists.set(place, list);
    return list;
  }

  function enlist(waiter: Waiter): void {
    for (const { place } of waiter.sources) {
      const others = waiters.get(place) ?? new Set();
      waiters.set(place, others.add(waiter));
    }
  }

  function leave(waiter: Waiter): void {
    for (const { place } of waiter.sources) {
      const others = waiters.get(place);
      others?.delete(waiter);
      if (others?.size === 0) waiters.delete(place);
    }
  }

  return {
    push: async (place, values) => {
      const list = listAt(place);
      for (const value of values) list.push(Buffer.from(value));
      const { length } = list;
      if (length === 0) lists.delete(place);
      serve(place);
      return length;
    },
    take: async (sources, count) => take(sources, count),
    takeWhenThere: (sources, count, { timeoutMs, signal }) =>
      new Promise<WaitOutcome>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (closed) return reject(closedError());
        const taken = take(sources, count);
        if (taken !== undefined) return resolve({ status: 'taken', ...taken });
        const end = () => {
          clearTimeout(timer);
          forget();
          leave(waiter);
        };
        const waiter: Waiter = {
          sources,
          count,
          give: (values) => {
            end();
            resolve({ status: 'taken', ...values });
          },
          refuse: (error) => {
            end();
            reject(error);
          },
        };
        const timer = setTimeout(() => {
          end();
          resolve({ status: 'empty' });
        }, timeoutMs);
        const forget = onAbort(signal, () => waiter.refuse(signal?.reason));
        enlist(waiter);
      }),
    setAside: async ({ place, order }, others, aside, unreadable) => {
      for (const value of unreadable) listAt(aside).push(value);
      if (others.length === 0) return;
      // The last one first, so that they lie as they did.
      const list = listAt(place);
      for (const value of others.toReversed()) {
        if (order === 'fifo') list.unshift(value);
        else list.push(value);
      }
      serve(place);
    },
    length: async (place) => lists.get(place)?.length ?? 0,
    peek: async ({ place, order }, count) => {
      const list = lists.get(place);
      if (list === undefined) return [];
      const found = Array.from({ length: Math.min(count, list.length) }, (_, n) => n);
      return found.map((n) => list.at(order === 'fifo' ? n : list.length - 1 - n)!);
    },
    clear: async (place) => {
      const length = lists.get(place)?.length ?? 0;
      lists.delete(place);
      return length;
    },
    close: async () => {
      closed = true;
      for (const waiter of [...waiters.values()].flatMap((each) => [...each])) waiter.refuse(closedError());
      lists.clear();
    },
  };
}

function taken(list: Deque<Buffer>, order: ListOrder, count: number): Buffer[] {
  const values: Buffer[] = [];
  while (values.length < count) {
    const value = order === 'fifo' ? list.shift() : list.pop();
    if (value === undefined) break;
    values.push(value);
  }
  return values;
}

function closedError(): RedisUnavailableError {
  return new RedisUnavailableError('closed', 'This list store has been closed.');
}
