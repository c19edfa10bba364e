import { InvalidOptionError } from '../errors.ts';
import type { BackOff } from '../failures/back-off.ts';
import type { Classify } from '../failures/failure-class.ts';
import { wholeNumber } from '../option-checks.ts';
import type { PayloadSchema } from '../payload/payload.ts';
import type { Durability, QueueOrder } from './store.ts';

export interface QueueOptions<Payload> {
  /** Payloads are checked by it when they are added, and again before a handler sees them. @default no check */
  readonly schema?: PayloadSchema<Payload>;
  /** Larger payloads are refused. @default 65536 */
  readonly maxPayloadBytes?: number;
  /** @default 'fifo' */
  readonly order?: QueueOrder;
  /** Adds are refused while so many tasks wait; 0 = any number. @default 0 */
  readonly maxWaiting?: number;
  /** How long the id that a task was given is refused after its end. @default 3600 */
  readonly retainIdSeconds?: number;
  /** How long what a handler returned can be asked for; 0 = it is not kept. @default 0 */
  readonly resultTtlSeconds?: number;
  /** The `traceparent` that new tasks carry. @default none */
  readonly trace?: () => string | undefined;
}

export interface AddOptions {
  /** A second task of this id is not stored. @default a new UUID of version 7 */
  readonly id?: string;
  /** For workers that have handlers by type. */
  readonly type?: string;
  /** Tasks of one key run one at a time, in the order they were added. */
  readonly key?: string;
  /** From -100 to 100; higher ones run first. @default 0 */
  readonly priority?: number;
  /** @default 0 */
  readonly delaySeconds?: number;
  /** In the place of `delaySeconds`: a moment before which the task does not run. */
  readonly runAt?: Date;
  /** How many attempts it has. @default what the worker gives */
  readonly attempts?: number;
  /**
   * A task of this name that waits for its delay is replaced, and the delay starts anew: of many changes only the latest
   * is worked on. `maxDelaySeconds` after the first it runs in any case.
   */
  readonly debounce?: { readonly name: string; readonly maxDelaySeconds?: number };
  /** Waits until so many replicas have the task, or until it is on the disk. @default neither */
  readonly durability?: DurabilityOptions;
}

export interface DurabilityOptions {
  /** WAIT (https://redis.io/commands/wait). */
  readonly replicas?: number;
  /** WAITAOF (https://redis.io/commands/waitaof), Redis 7.2 and newer. */
  readonly fsync?: boolean;
  /** @default 1000 */
  readonly timeoutMs?: number;
}

export interface ProcessOptions {
  /** Handlers that run at the same time in this worker. @default 1 */
  readonly concurrency?: number;
  /** Tasks taken ahead of those that run; not with `limit`. @default as many as end during one turn, so none when they are slow */
  readonly prefetch?: number;
  /** @default 3 */
  readonly attempts?: number;
  readonly backOff?: BackOff;
  /** Tells what an error means; `undefined` leaves it to the class of the error. */
  readonly classify?: Classify;
  /** Without a sign of life for so long, a worker is thought dead, and others take its tasks. @default 30000 */
  readonly leaseMs?: number;
  /** A task whose workers died so often is given up. @default 3 */
  readonly maxLosses?: number;
  /** At most so many tasks are started within a time, by all workers of the queue together. @default no limit */
  readonly limit?: LimitOptions;
}

export interface LimitOptions {
  readonly max: number;
  readonly perSeconds: number;
  /** How many of them at once, after a pause. @default a tenth of `max` */
  readonly burst?: number;
}

/** @throws InvalidOptionError */
export function millisecondsOf(option: string, seconds: number): number {
  if (!(seconds >= 0 && seconds <= 1e9)) throw new InvalidOptionError(option, 'a number of seconds from 0');
  return seconds * 1000;
}

/** The same object for the same options, so that adds of one durability can travel together. */
export function durabilityOf(options: DurabilityOptions): Durability {
  const { replicas = 0, fsync = false, timeoutMs = 1000 } = options;
  wholeNumber('durability.replicas', replicas, 0, 100);
  wholeNumber('durability.timeoutMs', timeoutMs, 1, 600_000);
  return { timeoutMs, ...(replicas === 0 ? {} : { replicas }), ...(fsync ? { fsync } : {}) };
}
