/** `npm run prove -- queue`: the task queue under faults. */
import type { Proof } from '../proof.ts';
import { type RoundReport, runRounds } from '../rounds/run-rounds.ts';
import type { Findings } from './check/check-round.ts';
import { planRound, type RoundFault, roundFaults } from './plan.ts';
import { type QueueRow, rowsOf } from './report.ts';
import { reportTable } from './report-table.ts';
import { runRound } from './run-round.ts';
import type { SubjectName } from './subject.ts';
import { loadSubject, ours, peers } from './subjects.ts';

export interface QueueRoundsOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly onlyRound?: number | undefined;
  /** @default all */
  readonly faults?: readonly RoundFault[];
  readonly subjects: readonly SubjectName[];
  /** @default 200 */
  readonly tasksPerProducer?: number;
  readonly onRound?: (round: number, fault: RoundFault, subject: string) => void;
}

export interface QueueReport {
  readonly rows: readonly QueueRow[];
  readonly rounds: readonly RoundReport<RoundFault, Findings>[];
}

export async function runQueueRounds(options: QueueRoundsOptions): Promise<QueueReport> {
  const { seed, faults = roundFaults, subjects, tasksPerProducer } = options;
  const rounds = await runRounds({ ...options, faults, subjects }, async (round, fault, name) => {
    const subject = subjects.find((each) => each === name) ?? ours;
    if (fault === 'two-schedulers' && !(await loadSubject(subject)).promises.schedules) return undefined;
    return runRound(subject, planRound({ seed, round, fault, tasksPerProducer }));
  });
  return { rounds, rows: rowsOf(rounds) };
}

export const queueProof: Proof = {
  name: 'queue',
  title: 'The queue under faults',
  hasPeers: true,
  packages: (withPeers) => ['ioredis', ...(withPeers ? peers : [])],
  run: async ({ peers: withPeers, ...options }) => {
    const report = await runQueueRounds({ ...options, subjects: withPeers ? [ours, ...peers] : [ours] });
    return {
      report,
      table: reportTable(report.rows),
      isKept: report.rows.every(({ subject, violations }) => subject !== ours || violations.length === 0),
    };
  },
};
