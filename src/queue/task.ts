/** A task as its handler sees it. */
import type { FailedAttempt } from './envelope.ts';

export interface Task<Payload> {
  readonly id: string;
  readonly payload: Payload;
  readonly type: string | undefined;
  readonly key: string | undefined;
  /** 1 for the first attempt; attempts that ended without a word, because a worker died, count as well. */
  readonly attempt: number;
  readonly addedAt: Date;
  readonly failures: readonly FailedAttempt[];
  /**
   * Rises with every task that is taken from the queue. A store that remembers the highest one it has seen for a task
   * can refuse what a worker writes that was thought dead and is not.
   */
  readonly fence: number;
  /** Aborted when the task is cancelled, when it has become another worker's, or when the worker is closed in haste. */
  readonly signal: AbortSignal;
  /** W3C Trace Context `traceparent` of whoever added it. */
  readonly trace: string | undefined;
  /** Tells how far it is, for `queue.progress(id)`. @throws PayloadError for a value that JSON cannot hold */
  progress(value: unknown): Promise<void>;
}

export type TaskHandler<Payload> = (task: Task<Payload>) => unknown;
