import { InvalidOptionError } from '../errors.ts';
import { backOffOf } from '../failures/back-off.ts';
import { wholeNumber } from '../option-checks.ts';
import type { LimitOptions, ProcessOptions } from './options.ts';
import type { RateLimit } from './store.ts';
import type { WorkerSettings } from './worker.ts';

type FromOptions = 'concurrency' | 'prefetch' | 'attempts' | 'backOff' | 'classify' | 'leaseMs' | 'maxLosses' | 'rate';

/** @throws InvalidOptionError */
export function workerSettings(options: ProcessOptions): Pick<WorkerSettings<never>, FromOptions> {
  const { concurrency = 1, prefetch, attempts = 3, classify, leaseMs = 30_000, maxLosses = 3, limit } = options;
  return {
    concurrency: wholeNumber('concurrency', concurrency, 1, 10_000),
    prefetch: prefetchOf(prefetch, limit),
    attempts: wholeNumber('attempts', attempts, 1, 1000),
    backOff: backOffOf(options.backOff, { maxDelayMs: 300_000 }),
    classify,
    leaseMs: wholeNumber('leaseMs', leaseMs, 50, 86_400_000),
    maxLosses: wholeNumber('maxLosses', maxLosses, 0, 1000),
    rate: limit === undefined ? undefined : rateOf(limit),
  };
}

/** What is taken counts as started: taken ahead, it would be started later, and faster than the limit allows. */
function prefetchOf(prefetch: number | undefined, limit: LimitOptions | undefined): number | undefined {
  if (limit === undefined) return prefetch === undefined ? undefined : wholeNumber('prefetch', prefetch, 0, 1000);
  if (prefetch === undefined || prefetch === 0) return 0;
  throw new InvalidOptionError('prefetch', 'left out, or 0, where a limit is given');
}

function rateOf({ max, perSeconds, burst = Math.max(1, Math.ceil(max / 10)) }: LimitOptions): RateLimit {
  if (!(max > 0 && max <= 1e7)) throw new InvalidOptionError('limit.max', 'a number above 0');
  if (!(perSeconds > 0 && perSeconds <= 1e6)) throw new InvalidOptionError('limit.perSeconds', 'a number above 0');
  wholeNumber('limit.burst', burst, 1, 1e7);
  return { everyMs: (perSeconds * 1000) / max, burst };
}
