/** The one shape of every benchmark's result. A field is only ever added. */
import type { Metric } from './benchmark.ts';
import type { Machine } from './machine.ts';
import { median } from './median.ts';

export interface ResultRow {
  readonly subject: string;
  readonly metric: string;
  /** Median of the samples, or their sum when the metric says so. */
  readonly value: number;
  readonly unit: string;
  /** One per round, in the order of the rounds. */
  readonly samples: readonly number[];
}

/** A subject that could not be measured; it has no rows, since a part of its rounds would not compare. */
export interface SubjectFailure {
  readonly subject: string;
  /** Counted from 1. */
  readonly round: number;
  readonly message: string;
}

export interface BenchmarkResult {
  readonly name: string;
  readonly machine: Machine;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly mode: 'quick' | 'full';
  /** Decides the order of the subjects in each round. */
  readonly seed: number;
  readonly rows: readonly ResultRow[];
  readonly failures: readonly SubjectFailure[];
}

export function summarise(metric: Metric, samples: readonly number[]): number {
  return metric.summary === 'sum' ? samples.reduce((sum, sample) => sum + sample, 0) : median(samples);
}

/**
 * How many times the baseline's value this is. For medians: the median of the rounds' own ratios, because what slows
 * the machine down slows both subjects of a round. `undefined` where the baseline is 0.
 */
export function ratioToBaseline(metric: Metric, row: ResultRow, baseline: ResultRow): number | undefined {
  if (metric.summary === 'sum') return baseline.value === 0 ? undefined : row.value / baseline.value;
  const ratios = row.samples.map((sample, round) => sample / (baseline.samples[round] ?? Number.NaN));
  return ratios.every(Number.isFinite) ? median(ratios) : undefined;
}
