/** Whether a difference is large enough to matter and known well enough to be said. */
import { InvalidOptionError } from 'sallyport';

/**
 * `lower`, `higher`: by more than the margin; `equal`: by less than it; `undecided`: the interval holds ratios on both
 * sides of the margin.
 */
export type Comparison = 'lower' | 'higher' | 'equal' | 'undecided';

/** Up to which share a difference is of no practical importance. */
export const practicalMargin = 0.1;

/**
 * @param interval For the ratio of a subject's value to its baseline's.
 * @param margin 0.1 takes ratios between 1/1.1 and 1.1 for equal, so that it does not matter which of the two is the
 * baseline. @default 0.1
 * @throws InvalidOptionError
 */
export function compare(
  { low, high }: { readonly low: number; readonly high: number },
  margin: number = practicalMargin,
): Comparison {
  if (!(margin > 0 && margin < 1)) throw new InvalidOptionError('margin', 'a number between 0 and 1');
  if (!(low > 0 && low <= high)) throw new InvalidOptionError('interval', 'low and high, above 0 and in this order');
  const equalUpTo = 1 + margin;
  if (low > equalUpTo) return 'higher';
  if (high < 1 / equalUpTo) return 'lower';
  return low > 1 / equalUpTo && high < equalUpTo ? 'equal' : 'undecided';
}
