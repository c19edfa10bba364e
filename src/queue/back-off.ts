import { InvalidOptionError } from '../errors.ts';
import { PayloadError } from '../payload/errors.ts';
import type { FailureClass } from './task-errors.ts';
import { BusinessTaskError, FatalTaskError, TaskTypeUnknownError, TemporaryTaskError } from './task-errors.ts';

/** How long to wait before a failed task is tried again. */
export interface BackOffOptions {
  /** `exponential` doubles with each failed attempt. @default 'exponential' */
  readonly kind?: 'fixed' | 'exponential';
  /** After the first failure. @default 1000 */
  readonly delayMs?: number;
  /** @default 300000 */
  readonly maxDelayMs?: number;
  /**
   * The share of the delay that is drawn at random, so that tasks that failed together do not come back together: 0 is
   * none, 1 is anything from none to the whole delay.
   * @default 0.2
   */
  readonly jitter?: number;
}

/** @param failures How often the task has failed, the present failure included. */
export type BackOff = BackOffOptions | ((failures: number, error: unknown) => number);

/** @throws InvalidOptionError */
export function backOffOf(backOff: BackOff = {}): (failures: number, error: unknown) => number {
  if (typeof backOff === 'function') return (failures, error) => Math.max(0, backOff(failures, error) || 0);
  const { kind = 'exponential', delayMs = 1000, maxDelayMs = 300_000, jitter = 0.2 } = backOff;
  if (kind !== 'fixed' && kind !== 'exponential') {
    throw new InvalidOptionError('backOff.kind', "'fixed' or 'exponential'");
  }
  if (!(delayMs >= 0 && delayMs <= 1e12)) throw new InvalidOptionError('backOff.delayMs', 'a number from 0');
  if (!(maxDelayMs >= delayMs)) throw new InvalidOptionError('backOff.maxDelayMs', 'at least delayMs');
  if (!(jitter >= 0 && jitter <= 1)) throw new InvalidOptionError('backOff.jitter', 'a number from 0 to 1');
  return (failures, error) => {
    if (error instanceof TemporaryTaskError && error.retryAfterMs !== undefined) return Math.max(0, error.retryAfterMs);
    const whole = kind === 'fixed' ? delayMs : Math.min(maxDelayMs, delayMs * 2 ** Math.min(failures - 1, 40));
    return whole * (1 - jitter * Math.random());
  };
}

export type Classify = (error: unknown) => FailureClass | undefined;

/** What was thrown decides; anything that Sallyport does not know is taken for temporary, and so is tried again. */
export function classOf(error: unknown, classify: Classify | undefined): FailureClass {
  const chosen = classify?.(error);
  if (chosen !== undefined) return chosen;
  if (error instanceof BusinessTaskError || error instanceof PayloadError) return 'business';
  if (error instanceof FatalTaskError || error instanceof TaskTypeUnknownError) return 'fatal';
  return 'temporary';
}
