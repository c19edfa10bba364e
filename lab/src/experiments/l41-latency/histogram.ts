/** Latencies counted in bins whose bounds grow by a fixed factor, so that fast and slow ones are seen alike. */

/** Plain JSON, to be recorded as it is. */
export type LatencyBin = { readonly index: number; readonly count: number };

const binsPerDecade = 10;

/** Bin `index` holds latencies above `binTopMs(index - 1)` up to this. */
export function binTopMs(index: number): number {
  return 10 ** (index / binsPerDecade);
}

/** Bins without a latency are left out; ascending. */
export function latencyBins(durationsMs: readonly number[]): LatencyBin[] {
  const counts = new Map<number, number>();
  for (const durationMs of durationsMs) {
    const index = Math.ceil(Math.log10(Math.max(durationMs, 0.001)) * binsPerDecade);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return [...counts].map(([index, count]) => ({ index, count })).sort((a, b) => a.index - b.index);
}
