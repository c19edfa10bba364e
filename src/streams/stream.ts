/** An event stream as an application uses it. */
import { InvalidOptionError } from '../errors.ts';
import { checkPayload, encodePayload } from '../payload/payload.ts';
import { Appender } from './appender.ts';
import type { Consumer } from './consumer.ts';
import { type ConsumerGroup, createGroup } from './group.ts';
import { checkStreamName } from './keys.ts';
import {
  type AppendOptions,
  type GroupOptions,
  millisecondsOf,
  plainText,
  type RangeOptions,
  type ReadOptions,
  type ReplayOptions,
  type RetentionOptions,
  type StreamOptions,
  trimLimits,
  wholeBetween,
} from './options.ts';
import { type ReadSource, rangeOf, readStream, replayInto } from './read.ts';
import { Retention } from './retention.ts';
import type { AppendResult, NewEntry, StreamState, StreamStore } from './store.ts';
import type { StreamEvent } from './stream-event.ts';

export interface AppendedEvent {
  /** `<ms>-<seq>` */
  readonly id: string;
  /** `duplicate`: an event of this key was there already, and has this id. */
  readonly outcome: 'appended' | 'duplicate';
}

export interface EventStream<Event> {
  readonly name: string;
  /**
   * Appends an event (XADD); it is stored when this resolves.
   * @throws PayloadError, InvalidOptionError: nothing is stored
   * @throws AppendAmbiguousError when nobody knows; append it again with the same key
   * @throws RedisUnavailableError when Redis refused it
   */
  append(event: Event, options?: AppendOptions): Promise<AppendedEvent>;
  /** Appends up to 10,000 events, in their order and one after the other, or none. @throws as `append` does */
  appendMany(events: readonly Event[], options?: Omit<AppendOptions, 'key'>): Promise<AppendedEvent[]>;
  /**
   * Reads on for ever: `for await (const { event } of stream.read({ from: 'now', signal }))`. Fetches a batch when the one
   * before was taken, and waits through outages.
   * @throws EventUndecodableError without `onUndecodable`; read on after its `eventId`
   */
  read(options?: ReadOptions): AsyncIterableIterator<StreamEvent<Event>>;
  /** XRANGE, XREVRANGE. @throws EventUndecodableError without `onUndecodable` */
  range(options?: RangeOptions): Promise<StreamEvent<Event>[]>;
  /**
   * Gives a part of the past to a handler, one event after the other.
   * @returns how many
   * @throws what the handler throws; EventUndecodableError without `onUndecodable`
   */
  replay(handler: (event: StreamEvent<Event>) => unknown, options?: ReplayOptions): Promise<number>;
  /** XLEN */
  count(): Promise<number>;
  info(): Promise<StreamState>;
  /** @param options.from Where the group begins when its first consumer makes it. @throws InvalidOptionError */
  group(name: string, options?: GroupOptions): ConsumerGroup<Event>;
  /**
   * Removes the oldest events beyond a number, and those older than a time; never one that some group has yet to read and
   * acknowledge, unless `unacknowledged` is `'drop'`.
   * @returns how many
   */
  trim(limits: RetentionOptions): Promise<number>;
  /** Closes the consumers of this process and the connections that the stream opened. */
  close(options?: { readonly deadlineMs?: number }): Promise<void>;
}

const mostAtOnce = 10_000;

/** @throws InvalidOptionError */
export function createStream<Event = unknown>(
  name: string,
  store: StreamStore,
  options: StreamOptions<Event> = {},
): EventStream<Event> {
  checkStreamName(name);
  const { schema, trace } = options;
  const maxPayloadBytes = wholeBetween('maxPayloadBytes', options.maxPayloadBytes ?? 65_536, 1, 64 * 1024 * 1024);
  const keyTtlMs = millisecondsOf('retainKeySeconds', options.retainKeySeconds ?? 3_600);
  const retention =
    options.retention === undefined
      ? undefined
      : new Retention(name, store, trimLimits('retention', options.retention));
  const appender = new Appender(store, name, keyTtlMs, (count) => retention?.appended(count));
  const consumers = new Set<Consumer<Event>>();
  const source: ReadSource<Event> = { name, store, schema };

  function draft(event: unknown, { key, trace: given }: AppendOptions = {}): NewEntry {
    const json = encodePayload(event, maxPayloadBytes);
    const traceparent = given ?? trace?.();
    if (traceparent === undefined && key === undefined) return { event: json };
    return {
      event: json,
      ...(traceparent === undefined ? {} : { trace: plainText('trace', traceparent) }),
      ...(key === undefined ? {} : { key: plainText('key', key) }),
    };
  }

  async function appendAll(events: readonly Event[], appendOptions?: AppendOptions): Promise<AppendedEvent[]> {
    if (events.length > mostAtOnce) throw new InvalidOptionError('events', `no more than ${mostAtOnce} at once`);
    if (schema !== undefined) await Promise.all(events.map(async (event) => checkPayload(event, schema)));
    const drafts = events.map((event) => draft(event, appendOptions));
    if (drafts.length === 0) return [];
    return appender.append(drafts, (result, from) => drafts.map((_, index) => appendedEvent(result, from + index)));
  }

  const appendOne = (event: Event, appendOptions: AppendOptions | undefined) =>
    appender.append([draft(event, appendOptions)], appendedEvent);

  return {
    name,
    // Not an async function: a promise more would be a tenth of what an append costs.
    append: (event, appendOptions) => {
      try {
        // What was given is stored, not what the schema made of it: the reader's schema will do that again.
        const checked = checkPayload(event, schema);
        return checked instanceof Promise
          ? checked.then(() => appendOne(event, appendOptions))
          : appendOne(event, appendOptions);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    appendMany: (events, appendOptions) => appendAll(events, appendOptions),
    read: (readOptions) => readStream(source, readOptions),
    range: (rangeOptions) => rangeOf(source, rangeOptions),
    replay: (handler, replayOptions) => replayInto(source, handler, replayOptions),
    count: () => store.length(),
    info: () => store.state(),
    group: (group, groupOptions) =>
      createGroup({ stream: name, store, schema, started: (consumer) => consumers.add(consumer) }, group, groupOptions),
    trim: async (limits) => store.trim(trimLimits('trim', limits)),
    close: async (closeOptions) => {
      await Promise.all([...consumers].map((consumer) => consumer.close(closeOptions)));
      await retention?.close();
      await store.close();
    },
  };
}

function appendedEvent({ ids, duplicates }: AppendResult, index: number): AppendedEvent {
  const id = ids[index];
  if (id === undefined) throw new Error('A store answered nothing about an event.');
  return { id, outcome: duplicates.length > 0 && duplicates.includes(index) ? 'duplicate' : 'appended' };
}
