/** By nearest rank. @param percent Above 0, at most 100. @throws RangeError without samples */
export function percentile(samples: Float64Array, percent: number): number {
  const sorted = samples.slice().sort();
  const found = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  if (found === undefined) throw new RangeError('A percentile needs at least one sample.');
  return found;
}
