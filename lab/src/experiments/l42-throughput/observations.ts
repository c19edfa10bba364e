/** What experiment 4.2 records. */
import type { Bottleneck } from '../../measure/bottleneck.ts';
import type { FailureCounts } from '../../measure/load-target.ts';
import type { BlockSample } from '../../measure/statistics/paired-ratios.ts';
import type { PinningOutcome } from '../comparison/fresh-processes.ts';
import type { SubjectName } from '../comparison/subjects.ts';
import type { OtherLoad } from './other-generators.ts';

/** One load on one subject. */
export type LoadRound = {
  readonly subject: SubjectName;
  readonly process: number;
  readonly block: number;
  readonly succeeded: number;
  readonly failures: FailureCounts;
  readonly complete: boolean;
  readonly totalMs: number;
  readonly requestsPerSecond: number;
  readonly meanLatencyMs: number | null;
  /** CPU time of each group of processes and of the generator; empty where there is no /proc. */
  readonly cpu: readonly { readonly group: string; readonly cpuMs: number; readonly complete: boolean }[];
  /** CPU time of programs that are none of ours; `null` where there is no /proc. */
  readonly othersCpuMs: number | null;
  readonly bottleneck: Bottleneck | null;
};

export type ThroughputObservations = PinningOutcome & {
  readonly requests: number;
  readonly connections: number;
  readonly processes: number;
  readonly visitors: number;
  readonly rounds: readonly LoadRound[];
  /** Absent in results that an older lab recorded. */
  readonly byOthers?: readonly OtherLoad[];
};

export function failuresOf({ failures }: LoadRound): number {
  return failures.non2xx + failures.timeouts + failures.errors;
}

/** Rounds with failures or cut short are no measure of the same work. */
function usable(round: LoadRound): boolean {
  return round.complete && round.succeeded > 0 && failuresOf(round) === 0;
}

export function rateSamples({ rounds }: ThroughputObservations): BlockSample[] {
  return rounds.filter(usable).map(({ subject, process, block, requestsPerSecond }) => ({
    subject,
    process,
    block,
    value: requestsPerSecond,
  }));
}

/** CPU time of all servers together, without the generator's. */
function serverCpuPerRequest({ cpu, succeeded }: LoadRound): number | null {
  const servers = cpu.filter(({ group }) => group !== 'generator');
  if (servers.length === 0 || succeeded === 0 || servers.some(({ complete }) => !complete)) return null;
  return servers.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / succeeded;
}

export function cpuSamples({ rounds }: ThroughputObservations): BlockSample[] {
  return rounds.filter(usable).flatMap((round) => {
    const value = serverCpuPerRequest(round);
    return value === null || value <= 0
      ? []
      : [{ subject: round.subject, process: round.process, block: round.block, value }];
  });
}
