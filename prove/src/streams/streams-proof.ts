/** `npm run prove -- streams`: event streams and their groups under faults. */
import type { Proof } from '../proof.ts';
import { type RoundReport, runRounds } from '../rounds/run-rounds.ts';
import type { Findings } from './check/check-round.ts';
import { planRound, type RoundFault, roundFaults } from './plan.ts';
import { reportTable, rowsOf, type StreamsRow } from './report.ts';
import { runRound } from './run-round.ts';

export interface StreamsRoundsOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly onlyRound?: number | undefined;
  /** @default all */
  readonly faults?: readonly RoundFault[];
  /** @default 120 */
  readonly appendsPerProducer?: number;
  readonly onRound?: (round: number, fault: RoundFault, subject: string) => void;
}

export interface StreamsReport {
  readonly rows: readonly StreamsRow[];
  readonly rounds: readonly RoundReport<RoundFault, Findings>[];
}

export async function runStreamsRounds(options: StreamsRoundsOptions): Promise<StreamsReport> {
  const { seed, faults = roundFaults, appendsPerProducer } = options;
  const rounds = await runRounds({ ...options, faults, subjects: ['sallyport'] }, (round, fault) =>
    runRound(planRound({ seed, round, fault, appendsPerProducer })),
  );
  return { rounds, rows: rowsOf(rounds) };
}

export const streamsProof: Proof = {
  name: 'streams',
  title: 'Event streams under faults',
  hasPeers: false,
  packages: () => ['ioredis'],
  run: async (options) => {
    const report = await runStreamsRounds(options);
    return {
      report,
      table: reportTable(report.rows),
      isKept: report.rows.every(({ violations }) => violations.length === 0),
    };
  },
};
