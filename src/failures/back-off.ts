import { InvalidOptionError } from '../errors.ts';
import { TemporaryError } from './errors.ts';

/** How long to wait before what failed is tried again. */
export interface BackOffOptions {
  /** `exponential` doubles with each failed attempt. @default 'exponential' */
  readonly kind?: 'fixed' | 'exponential';
  /** After the first failure. @default 1000 */
  readonly delayMs?: number;
  /** @default 300000 for tasks, 60000 for events */
  readonly maxDelayMs?: number;
  /**
   * The share of the delay that is drawn at random, so that what failed together does not come back together: 0 is
   * none, 1 is anything from none to the whole delay.
   * @default 0.2
   */
  readonly jitter?: number;
}

/**
 * As a function it gives the delay in ms, also for a `TemporaryError` with `retryAfterMs`. One that throws, or gives no
 * finite number, leaves it to the default.
 * @param failures How often it has failed, the present failure included.
 */
export type BackOff = BackOffOptions | ((failures: number, error: unknown) => number);

/** @throws InvalidOptionError */
export function backOffOf(
  backOff: BackOff = {},
  longest: { readonly maxDelayMs: number },
): (failures: number, error: unknown) => number {
  if (typeof backOff === 'function') {
    const byDefault = backOffOf({}, longest);
    return (failures, error) => chosenBy(backOff, failures, error) ?? byDefault(failures, error);
  }
  const {
    kind = 'exponential',
    delayMs = 1000,
    maxDelayMs = Math.max(delayMs, longest.maxDelayMs),
    jitter = 0.2,
  } = backOff;
  if (kind !== 'fixed' && kind !== 'exponential') {
    throw new InvalidOptionError('backOff.kind', "'fixed' or 'exponential'");
  }
  if (!(delayMs >= 0 && delayMs <= 1e12)) throw new InvalidOptionError('backOff.delayMs', 'a number from 0');
  if (!(maxDelayMs >= delayMs)) throw new InvalidOptionError('backOff.maxDelayMs', 'at least delayMs');
  if (!(jitter >= 0 && jitter <= 1)) throw new InvalidOptionError('backOff.jitter', 'a number from 0 to 1');
  return (failures, error) => {
    // Not a number is what a header that is no number of seconds becomes.
    if (error instanceof TemporaryError && Number.isFinite(error.retryAfterMs)) return Math.max(0, error.retryAfterMs!);
    const whole = kind === 'fixed' ? delayMs : Math.min(maxDelayMs, delayMs * 2 ** Math.min(failures - 1, 40));
    return whole * (1 - jitter * Math.random());
  };
}

function chosenBy(
  backOff: (failures: number, error: unknown) => number,
  failures: number,
  error: unknown,
): number | undefined {
  try {
    const delayMs = backOff(failures, error);
    return Number.isFinite(delayMs) ? Math.max(0, delayMs) : undefined;
  } catch {
    return undefined;
  }
}
