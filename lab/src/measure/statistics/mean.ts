/** Averages. */
import { InvalidOptionError } from 'sallyport';

/** The arithmetic mean. @throws InvalidOptionError */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new InvalidOptionError('values', 'a list of at least one number');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The mean of ratios: twice as slow and twice as fast cancel out, as they do not in the arithmetic mean.
 * @throws InvalidOptionError
 */
export function geometricMean(ratios: readonly number[]): number {
  if (!ratios.every((ratio) => ratio > 0 && Number.isFinite(ratio))) {
    throw new InvalidOptionError('ratios', 'finite numbers above 0');
  }
  return Math.exp(mean(ratios.map(Math.log)));
}
