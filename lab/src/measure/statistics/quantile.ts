/** Quantiles of a sample, interpolated linearly between the two nearest values ("type 7" of Hyndman and Fan, 1996). */
import { InvalidOptionError } from 'sallyport';

/** @param probability 0 gives the least value, 1 the greatest. @throws InvalidOptionError */
export function quantile(values: readonly number[], probability: number): number {
  return quantiles(values, [probability])[0]!;
}

/** Several quantiles of one sample, which is sorted only once. @throws InvalidOptionError */
export function quantiles(values: readonly number[], probabilities: readonly number[]): number[] {
  if (values.length === 0) throw new InvalidOptionError('values', 'a list of at least one number');
  if (values.some((value) => Number.isNaN(value))) throw new InvalidOptionError('values', 'numbers, none of them NaN');
  const sorted = Float64Array.from(values).sort();
  return probabilities.map((probability) => {
    if (!(probability >= 0 && probability <= 1)) throw new InvalidOptionError('probability', 'a number from 0 to 1');
    const position = (sorted.length - 1) * probability;
    const below = Math.floor(position);
    const low = sorted[below]!;
    const high = sorted[Math.ceil(position)]!;
    return low === high ? low : low + (high - low) * (position - below);
  });
}

/** @throws InvalidOptionError */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
