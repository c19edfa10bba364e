/** What one more costs: the slope of a figure over a size, e.g. bytes of memory over the number of sessions. */
import { InvalidOptionError } from 'sallyport';
import { median } from './quantile.ts';
import { orderedPairs } from './rank-distribution.ts';

/** Plain JSON, to be recorded as it is. */
export type SlopePoint = { readonly size: number; readonly value: number };

export type Slope = {
  /** The value's growth per unit of size. */
  readonly slope: number;
  /** The value at size 0. */
  readonly intercept: number;
  /** A 95 % interval for the slope; `null` when the points are too few for one. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly n: number;
};

const unlikely = 0.025;

/**
 * Theil and Sen's slope: the median of the slopes between all pairs of points. A heap that grew in one step, or one
 * reading before a garbage collection, hardly moves it. The interval (Sen, 1968) takes the exact distribution, so it
 * asks nothing of the errors but that they are alike; it exists from five different sizes on, or four sizes measured
 * twice.
 * @throws InvalidOptionError
 */
export function slopeBySize(points: readonly SlopePoint[]): Slope {
  if (!points.every(({ size, value }) => Number.isFinite(size) && Number.isFinite(value))) {
    throw new InvalidOptionError('points', 'finite sizes and values');
  }
  const slopes = pairSlopes(points);
  if (slopes.length === 0) throw new InvalidOptionError('points', 'of at least two different sizes');
  slopes.sort((a, b) => a - b);
  const slope = median(slopes);
  return {
    slope,
    intercept: median(points.map(({ size, value }) => value - slope * size)),
    interval: intervalOf(slopes, groupSizes(points)),
    n: points.length,
  };
}

function pairSlopes(points: readonly SlopePoint[]): number[] {
  const slopes: number[] = [];
  for (const [index, a] of points.entries()) {
    for (const b of points.slice(index + 1)) {
      if (a.size !== b.size) slopes.push((b.value - a.value) / (b.size - a.size));
    }
  }
  return slopes;
}

function groupSizes(points: readonly SlopePoint[]): number[] {
  const groups = new Map<number, number>();
  for (const { size } of points) groups.set(size, (groups.get(size) ?? 0) + 1);
  return [...groups.values()];
}

/**
 * For the true slope, the pairs that lie above it are the pairs in order of what is left when it is taken away. So the
 * interval leaves out at each end as many slopes as would come together by chance in fewer than 2.5 % of all cases.
 */
function intervalOf(sortedSlopes: readonly number[], groups: readonly number[]): Slope['interval'] {
  const distribution = orderedPairs(groups);
  let leftOut = -1;
  let probability = 0;
  while (probability + distribution[leftOut + 1]! <= unlikely) {
    leftOut++;
    probability += distribution[leftOut]!;
  }
  if (leftOut < 0) return null;
  return { low: sortedSlopes[leftOut]!, high: sortedSlopes[sortedSlopes.length - 1 - leftOut]! };
}
