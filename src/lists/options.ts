import { InvalidOptionError } from '../errors.ts';
import { wholeNumber } from '../option-checks.ts';
import type { PayloadSchema } from '../payload/payload.ts';
import type { RedisUnavailableError } from '../redis/errors.ts';
import type { ListUndecodableError } from './errors.ts';
import type { ListOrder } from './store.ts';

export interface ListOptions<Value> {
  /** @default 'fifo' */
  readonly order?: ListOrder;
  /** Values are checked by it when they are pushed, and again when they are popped. @default no check */
  readonly schema?: PayloadSchema<Value>;
  /** Larger values are refused, in bytes of JSON. @default 65536 */
  readonly maxPayloadBytes?: number;
}

/** What a pause in the supply looks like to `onIdle`. */
export interface IdleWait {
  /** Since the wait began. */
  readonly waitedMs: number;
  /** Set while Redis is away, in a wait without end: nobody knows then whether the list is empty. */
  readonly unavailable: RedisUnavailableError | undefined;
}

export interface IdleOptions {
  /**
   * Runs each time a wait ended without a value, for health checks and heartbeats: after `timeoutSeconds`, and in a wait
   * without end every `idleSeconds`. It is awaited. What it throws rejects the pop.
   */
  readonly onIdle?: (idle: IdleWait) => unknown;
  /** How often `onIdle` runs in a wait without end. @default 5 */
  readonly idleSeconds?: number;
  /** Ends a wait at once. A value that had been taken by then is given all the same, so that none is lost. */
  readonly signal?: AbortSignal;
}

export interface PopOptions extends IdleOptions {
  /** How long to wait for a value; 0 = for ever. @default no waiting */
  readonly timeoutSeconds?: number;
}

export interface ValuesOptions extends IdleOptions {
  /** Is told of a value that cannot be read, and the loop goes on. @default the loop ends with the error */
  readonly onUndecodable?: (error: ListUndecodableError) => unknown;
}

/** Options of a pop that were checked. */
export interface Wait {
  /** `undefined` = no waiting. */
  readonly timeoutMs: number | undefined;
  readonly isEndless: boolean;
  readonly onIdle: ((idle: IdleWait) => unknown) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The longest that a timer of Node takes, in whole seconds. */
const longestSeconds = 2_147_483;

/** @throws InvalidOptionError */
export function waitOf({ timeoutSeconds, idleSeconds = 5, onIdle, signal }: PopOptions): Wait {
  if (!isWithin(idleSeconds, 0.001)) {
    throw new InvalidOptionError('idleSeconds', `a number of seconds from 0.001 to ${longestSeconds}`);
  }
  if (timeoutSeconds !== undefined && !isWithin(timeoutSeconds, 0)) {
    throw new InvalidOptionError('timeoutSeconds', `a number of seconds up to ${longestSeconds}, or 0 = for ever`);
  }
  if (onIdle !== undefined && typeof onIdle !== 'function') throw new InvalidOptionError('onIdle', 'a function');
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new InvalidOptionError('signal', 'an AbortSignal');
  }
  const isEndless = timeoutSeconds === 0;
  const seconds = isEndless ? idleSeconds : timeoutSeconds;
  const timeoutMs = seconds === undefined ? undefined : Math.max(1, Math.ceil(seconds * 1_000));
  return { timeoutMs, isEndless, onIdle, signal };
}

function isWithin(seconds: number, least: number): boolean {
  return typeof seconds === 'number' && seconds >= least && seconds <= longestSeconds;
}

/** @throws InvalidOptionError */
export function countOf(count: number): number {
  return wholeNumber('count', count, 1, 100_000);
}

/** @throws InvalidOptionError */
export function listSettings<Value>(options: ListOptions<Value>): {
  readonly order: ListOrder;
  readonly schema: PayloadSchema<Value> | undefined;
  readonly maxPayloadBytes: number;
} {
  const { order = 'fifo', schema, maxPayloadBytes = 65_536 } = options;
  if (order !== 'fifo' && order !== 'lifo') throw new InvalidOptionError('order', "'fifo' or 'lifo'");
  wholeNumber('maxPayloadBytes', maxPayloadBytes, 1, 64 * 1024 * 1024);
  return { order, schema, maxPayloadBytes };
}
