/** `npm run prove -- channels`: durable channels under faults. */
import type { Proof } from '../proof.ts';
import { type RoundReport, runRounds } from '../rounds/run-rounds.ts';
import type { Findings } from './check/check-round.ts';
import { planRound, type RoundFault, roundFaults } from './plan.ts';
import { type ChannelsRow, reportTable, rowsOf } from './report.ts';
import { runRound } from './run-round.ts';

export interface ChannelsRoundsOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly onlyRound?: number | undefined;
  /** @default all */
  readonly faults?: readonly RoundFault[];
  /** @default 300 */
  readonly messagesPerPublisher?: number;
  readonly onRound?: (round: number, fault: RoundFault, subject: string) => void;
}

export interface ChannelsReport {
  readonly rows: readonly ChannelsRow[];
  readonly rounds: readonly RoundReport<RoundFault, Findings>[];
}

export async function runChannelsRounds(options: ChannelsRoundsOptions): Promise<ChannelsReport> {
  const { seed, faults = roundFaults, messagesPerPublisher } = options;
  const rounds = await runRounds({ ...options, faults, subjects: ['sallyport'] }, (round, fault) =>
    runRound(planRound({ seed, round, fault, messagesPerPublisher })),
  );
  return { rounds, rows: rowsOf(rounds) };
}

export const channelsProof: Proof = {
  name: 'channels',
  title: 'Durable channels under faults',
  hasPeers: false,
  packages: () => ['ioredis'],
  run: async (options) => {
    const report = await runChannelsRounds(options);
    return {
      report,
      table: reportTable(report.rows),
      isKept: report.rows.every(({ violations }) => violations.length === 0),
    };
  },
};
