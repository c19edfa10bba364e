/** What experiment 4.1 records. */

import type { LatencySummary } from '../../measure/latency-summary.ts';
import type { FailureCounts } from '../../measure/load-target.ts';
import type { BlockSample } from '../../measure/statistics/paired-ratios.ts';
import type { PinningOutcome } from '../comparison/fresh-processes.ts';
import { medianLatencySamples } from '../comparison/serial-block.ts';
import type { SubjectName } from '../comparison/subjects.ts';
import type { LatencyBin } from './histogram.ts';

export type Way = 'direct' | 'balancer';

/** One subject in one block. */
export type LatencyBlock = {
  readonly way: Way;
  readonly subject: SubjectName;
  readonly process: number;
  readonly block: number;
  readonly failures: FailureCounts;
  /** `null` when every request failed. */
  readonly latency: LatencySummary | null;
};

/** All blocks of one subject taken together. */
type PooledLatency = {
  readonly way: Way;
  readonly subject: SubjectName;
  readonly latency: LatencySummary | null;
  readonly bins: readonly LatencyBin[];
};

export type OpenLoopObservation = {
  readonly subject: SubjectName;
  readonly ratePerSecond: number;
  readonly sent: number;
  readonly failures: FailureCounts;
  readonly latency: LatencySummary | null;
  /** False when the generator was late at least once, so that the latencies are partly its own. */
  readonly keptUp: boolean;
};

export type LatencyObservations = PinningOutcome & {
  readonly processes: number;
  readonly requestsPerBlock: number;
  readonly visitors: number;
  readonly balancer: 'nginx' | 'built-in';
  readonly answerBytes: readonly { readonly subject: SubjectName; readonly bytes: number }[];
  readonly blocks: readonly LatencyBlock[];
  readonly pooled: readonly PooledLatency[];
  readonly openLoop: readonly OpenLoopObservation[];
};

export function failedOf({ non2xx, timeouts, errors }: FailureCounts): number {
  return non2xx + timeouts + errors;
}

/** The median latencies of one way, block by block. */
export function medianSamples({ blocks }: LatencyObservations, way: Way): BlockSample[] {
  return medianLatencySamples(
    blocks
      .filter((block) => block.way === way)
      .map(({ failures, ...block }) => ({ ...block, failed: failedOf(failures) })),
  );
}
