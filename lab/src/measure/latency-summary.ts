/** The usual figures of a list of latencies. */
import { mean } from './statistics/mean.ts';
import { quantiles } from './statistics/quantile.ts';

/** Plain JSON, to be recorded as it is. */
export type LatencySummary = {
  readonly n: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly minMs: number;
  readonly maxMs: number;
};

/** `null` when there is nothing to summarise, e.g. because every request failed. */
export function summariseLatency(durationsMs: readonly number[]): LatencySummary | null {
  if (durationsMs.length === 0) return null;
  const [p50Ms = 0, p95Ms = 0, p99Ms = 0, minMs = 0, maxMs = 0] = quantiles(durationsMs, [0.5, 0.95, 0.99, 0, 1]);
  return { n: durationsMs.length, meanMs: mean(durationsMs), p50Ms, p95Ms, p99Ms, minMs, maxMs };
}
