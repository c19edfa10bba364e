/** What experiment 4.1 records. */

import type { LatencySummary } from '../../measure/latency-summary.ts';
import type { FailureCounts } from '../../measure/load-target.ts';
import type { PinningPlan } from '../../measure/pinning.ts';
import type { BlockSample } from '../../measure/statistics/paired-ratios.ts';
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
  readonly failed: number;
  readonly latency: LatencySummary | null;
  /** False when the generator was late at least once, so that the latencies are partly its own. */
  readonly keptUp: boolean;
};

export type LatencyObservations = {
  readonly processes: number;
  readonly requestsPerBlock: number;
  readonly visitors: number;
  readonly balancer: 'nginx' | 'built-in';
  readonly pinning: PinningPlan;
  /** False when not every process could be moved. */
  readonly pinned: boolean;
  readonly answerBytes: readonly { readonly subject: SubjectName; readonly bytes: number }[];
  readonly blocks: readonly LatencyBlock[];
  readonly pooled: readonly PooledLatency[];
  readonly openLoop: readonly OpenLoopObservation[];
};

/** The median latencies of one way, block by block. A block with a failed request says nothing about latency. */
export function medianSamples({ blocks }: LatencyObservations, way: Way): BlockSample[] {
  return blocks.flatMap(({ way: ofBlock, subject, process, block, latency, failures }) => {
    const failed = failures.non2xx + failures.timeouts + failures.errors;
    if (ofBlock !== way || latency === null || failed > 0) return [];
    return [{ subject, process, block, value: latency.p50Ms }];
  });
}
