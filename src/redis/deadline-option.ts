import { InvalidOptionError } from '../errors.ts';

export interface DeadlineOptions {
  /**
   * Longest wait for an answer of Redis, in milliseconds, 10 to 60,000. Also holds when the server is frozen.
   * @default 500
   */
  readonly deadlineMs?: number;
}

export function deadlineMsOf({ deadlineMs = 500 }: DeadlineOptions): number {
  if (!Number.isInteger(deadlineMs) || deadlineMs < 10 || deadlineMs > 60_000) {
    throw new InvalidOptionError('redis.deadlineMs', 'a whole number of milliseconds from 10 to 60000');
  }
  return deadlineMs;
}
