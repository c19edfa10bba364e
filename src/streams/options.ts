import { InvalidOptionError } from '../errors.ts';
import type { BackOff } from '../failures/back-off.ts';
import type { Classify } from '../failures/failure-class.ts';
import type { PayloadSchema } from '../payload/payload.ts';
import type { Bound, Position } from './entry-id.ts';
import type { EventUndecodableError } from './errors.ts';
import type { TrimLimits } from './store.ts';

export interface StreamOptions<Event> {
  /** Events are checked by it when they are appended, and again when they are read. @default no check */
  readonly schema?: PayloadSchema<Event>;
  /** Larger events are refused. @default 65536 */
  readonly maxPayloadBytes?: number;
  /** Old events are removed by and by, as this stream appends. @default all are kept */
  readonly retention?: RetentionOptions;
  /** How long the key of an event is remembered. @default 3600 */
  readonly retainKeySeconds?: number;
  /** The `traceparent` that new events carry. @default none */
  readonly trace?: () => string | undefined;
}

export interface RetentionOptions {
  readonly maxLength?: number;
  readonly maxAgeSeconds?: number;
  /** Whether what some group has not read and acknowledged is kept all the same. @default 'keep' */
  readonly unacknowledged?: 'keep' | 'drop';
}

export interface AppendOptions {
  /** A second event of this key is not appended, as long as the key is remembered. */
  readonly key?: string;
  /** W3C Trace Context `traceparent`. @default what the stream's `trace` gives */
  readonly trace?: string;
}

export interface ReadOptions {
  /**
   * Where to begin: `'start'`, `'now'`, a moment, or after the event of an id, so that the last one that was seen can be
   * given. @default 'start'
   */
  readonly from?: Position;
  /** Events fetched at once, and no further ones before they were all taken. @default 100 */
  readonly batchSize?: number;
  /** Ends when no event has come for so long; 0 = at the end of the stream. @default waits for ever */
  readonly blockMs?: number;
  /** Ends the loop without an error. */
  readonly signal?: AbortSignal;
  /** Is told of an entry that cannot be read, and the loop goes on. @default the loop ends with the error */
  readonly onUndecodable?: (error: EventUndecodableError) => unknown;
}

export interface RangeOptions {
  /** An id or a moment, which belongs to the range. @default the first event */
  readonly from?: Bound;
  /** An id or a moment, which belongs to the range. @default the last event */
  readonly to?: Bound;
  /** @default 100 */
  readonly limit?: number;
  /** `descending` begins at `to`. @default 'ascending' */
  readonly order?: 'ascending' | 'descending';
  readonly onUndecodable?: (error: EventUndecodableError) => unknown;
}

export interface ReplayOptions extends Pick<RangeOptions, 'from' | 'to' | 'onUndecodable'> {
  /** Events fetched at once. @default 100 */
  readonly batchSize?: number;
  /** Ends the replay after the event at hand. */
  readonly signal?: AbortSignal;
}

export interface GroupOptions {
  /** Where the group begins when it is not there yet; it keeps its place otherwise. @default 'start' */
  readonly from?: Position;
}

export interface ConsumeOptions {
  /** For people: the first part of the consumer's name. @default the host's name */
  readonly name?: string;
  /** Handlers that run at the same time in this consumer; with 1 events are handled in order. @default 1 */
  readonly concurrency?: number;
  /** Events taken at once, when handlers are fast; slow ones take fewer ahead. @default 100 */
  readonly batchSize?: number;
  /** How often an event is given to a consumer of the group before it becomes a dead letter. @default 5 */
  readonly maxDeliveries?: number;
  /** @default doubles from 1 s to 60 s, a fifth of it random */
  readonly backOff?: BackOff;
  /** Tells what an error means; `undefined` leaves it to the class of the error. */
  readonly classify?: Classify;
  /** An event of which its consumer has told nothing for so long is another's. The same in all of a group. @default 300000 */
  readonly claimAfterMs?: number;
  /** How often a consumer looks for such events. @default 60000 */
  readonly claimEveryMs?: number;
  /** Consumers that were silent for so long, and have nothing pending, are forgotten. @default 3600000 */
  readonly forgetAfterMs?: number;
}

/** @throws InvalidOptionError */
export function wholeBetween(option: string, value: number, low: number, high: number): number {
  if (!Number.isSafeInteger(value) || value < low || value > high) {
    throw new InvalidOptionError(option, `a whole number from ${low} to ${high}`);
  }
  return value;
}

/** @throws InvalidOptionError */
export function millisecondsOf(option: string, seconds: number): number {
  if (!(seconds >= 0 && seconds <= 1e10)) throw new InvalidOptionError(option, 'a number of seconds from 0');
  return seconds * 1_000;
}

/** @throws InvalidOptionError */
export function plainText(option: string, value: string): string {
  if (typeof value !== 'string' || !/^[\x20-\x7e]{1,512}$/.test(value)) {
    throw new InvalidOptionError(option, '1 to 512 printable ASCII characters');
  }
  return value;
}

/** @throws InvalidOptionError */
export function trimLimits(option: string, options: RetentionOptions): TrimLimits {
  const { maxLength, maxAgeSeconds, unacknowledged = 'keep' } = options;
  if (unacknowledged !== 'keep' && unacknowledged !== 'drop') {
    throw new InvalidOptionError(`${option}.unacknowledged`, "'keep' or 'drop'");
  }
  if (maxLength === undefined && maxAgeSeconds === undefined) {
    throw new InvalidOptionError(option, 'given maxLength, maxAgeSeconds or both');
  }
  return {
    keepsUnacknowledged: unacknowledged === 'keep',
    ...(maxLength === undefined
      ? {}
      : { maxLength: wholeBetween(`${option}.maxLength`, maxLength, 0, Number.MAX_SAFE_INTEGER) }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeMs: millisecondsOf(`${option}.maxAgeSeconds`, maxAgeSeconds) }),
  };
}
