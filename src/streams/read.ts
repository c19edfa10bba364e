/** Readers outside any group: as an endless loop, as a range, as a replay. */
import { setTimeout as delay } from 'node:timers/promises';
import { InvalidOptionError } from '../errors.ts';
import type { PayloadSchema } from '../payload/payload.ts';
import { RedisUnavailableError } from '../redis/errors.ts';
import { reconnectDelayMs } from '../redis/reconnect-delay.ts';
import { boundOf, highestId, idAfterWhich, lowestId, nextId } from './entry-id.ts';
import { EventUndecodableError } from './errors.ts';
import { type RangeOptions, type ReadOptions, type ReplayOptions, wholeBetween } from './options.ts';
import type { StoredEntry, StreamStore } from './store.ts';
import { readEvent, type StreamEvent } from './stream-event.ts';

export interface ReadSource<Event> {
  readonly name: string;
  readonly store: StreamStore;
  readonly schema: PayloadSchema<Event> | undefined;
}

/** Whoever waits looks again after so long, in case word went lost. */
const longestWaitMs = 5_000;

export function readStream<Event>(
  source: ReadSource<Event>,
  options: ReadOptions = {},
): AsyncIterableIterator<StreamEvent<Event>> {
  const { from = 'start', blockMs, signal, onUndecodable } = options;
  const batchSize = wholeBetween('batchSize', options.batchSize ?? 100, 1, 10_000);
  if (blockMs !== undefined && !(blockMs >= 0 && blockMs <= 2 ** 31 - 1)) {
    throw new InvalidOptionError('blockMs', 'a number of milliseconds from 0');
  }
  const end = new AbortController();
  const abort = () => end.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const begin = begins(source.store, idAfterWhich('from', from), end.signal);
  begin.catch(() => {});
  const events = pump(source, { begin, batchSize, blockMs, end: end.signal, onUndecodable });
  const finish = <Result>(result: Result): Result => {
    signal?.removeEventListener('abort', abort);
    return result;
  };
  return {
    next: () =>
      events.next().then(
        (result) => (result.done ? finish(result) : result),
        (error: unknown) => {
          throw finish(error);
        },
      ),
    // Ends a wait that is under way; a generator alone would only end after the next event.
    return: () => {
      end.abort();
      return events.return(undefined).then(finish);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** `now` is the moment of the call, not that of the first turn of the loop. */
async function begins(store: StreamStore, after: string, end: AbortSignal): Promise<string> {
  if (after !== '$') return after;
  const state = await throughOutages(() => store.state(), end);
  return state?.lastId ?? lowestId;
}

interface Pump {
  readonly begin: Promise<string>;
  readonly batchSize: number;
  readonly blockMs: number | undefined;
  readonly end: AbortSignal;
  readonly onUndecodable: ReadOptions['onUndecodable'];
}

async function* pump<Event>(
  source: ReadSource<Event>,
  { begin, batchSize, blockMs, end, onUndecodable }: Pump,
): AsyncGenerator<StreamEvent<Event>, void, undefined> {
  const { store } = source;
  let after = await begin;
  for (let quietSince = performance.now(); !end.aborted; ) {
    const entries = await throughOutages(() => store.range(nextId(after), highestId, batchSize, 'ascending'), end);
    for (const entry of entries ?? []) {
      if (end.aborted) return;
      after = entry.id;
      const event = await eventOf(source, entry, onUndecodable);
      if (event !== undefined) yield event;
      quietSince = performance.now();
    }
    if (entries?.length === batchSize) continue;
    const leftMs = blockMs === undefined ? longestWaitMs : blockMs - (performance.now() - quietSince);
    if (leftMs <= 0) return;
    await throughOutages(() => store.wait(after, Math.min(leftMs, longestWaitMs), end), end);
  }
}

export async function rangeOf<Event>(
  source: ReadSource<Event>,
  options: RangeOptions = {},
): Promise<StreamEvent<Event>[]> {
  const { order = 'ascending', onUndecodable } = options;
  if (order !== 'ascending' && order !== 'descending')
    throw new InvalidOptionError('order', "'ascending' or 'descending'");
  const limit = wholeBetween('limit', options.limit ?? 100, 1, 10_000);
  let from = boundOf('from', options.from, 'from');
  let to = boundOf('to', options.to, 'to');
  const events: StreamEvent<Event>[] = [];
  // More than once only where dead letters were put back, which are not shown twice.
  for (;;) {
    const wanted = limit - events.length;
    const entries = await source.store.range(from, to, wanted, order);
    for (const entry of entries) {
      const event = await eventOf(source, entry, onUndecodable);
      if (event !== undefined) events.push(event);
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < wanted || events.length === limit) return events;
    if (order === 'ascending') from = nextId(last.id);
    else {
      const before = previousId(last.id);
      if (before === undefined) return events;
      to = before;
    }
  }
}

function previousId(id: string): string | undefined {
  const [ms = '0', seq = '0'] = id.split('-');
  if (seq !== '0') return `${ms}-${BigInt(seq) - 1n}`;
  return ms === '0' ? undefined : `${BigInt(ms) - 1n}-${highestId.split('-')[1]}`;
}

/** @returns how many events the handler was given */
export async function replayInto<Event>(
  source: ReadSource<Event>,
  handler: (event: StreamEvent<Event>) => unknown,
  options: ReplayOptions = {},
): Promise<number> {
  const batchSize = wholeBetween('batchSize', options.batchSize ?? 100, 1, 10_000);
  const to = boundOf('to', options.to, 'to');
  let handled = 0;
  for (let from = boundOf('from', options.from, 'from'); ; ) {
    const entries = await source.store.range(from, to, batchSize, 'ascending');
    for (const entry of entries) {
      if (options.signal?.aborted) return handled;
      const event = await eventOf(source, entry, options.onUndecodable);
      if (event === undefined) continue;
      await handler(event);
      handled++;
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < batchSize) return handled;
    from = nextId(last.id);
  }
}

/** `undefined` for what is not to be shown: a dead letter that was put back for one group, or an entry that was told of. */
async function eventOf<Event>(
  { name, schema }: ReadSource<Event>,
  entry: StoredEntry,
  onUndecodable: ReadOptions['onUndecodable'],
): Promise<StreamEvent<Event> | undefined> {
  if (entry.redriven !== undefined) return undefined;
  try {
    return await readEvent(name, entry, schema);
  } catch (error) {
    if (!(error instanceof EventUndecodableError) || onUndecodable === undefined) throw error;
    await onUndecodable(error);
    return undefined;
  }
}

/** Goes on asking while Redis is away. `undefined` when the loop was ended meanwhile. */
async function throughOutages<Result>(ask: () => Promise<Result>, end: AbortSignal): Promise<Result | undefined> {
  for (let failures = 0; !end.aborted; ) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RedisUnavailableError) || error.reason === 'closed') throw error;
      await delay(reconnectDelayMs(failures++), undefined, { signal: end }).catch(() => {});
    }
  }
  return undefined;
}
