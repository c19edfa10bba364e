/** `npm run prove -- tokens`: pushed revocation under faults. */
import type { Proof } from '../proof.ts';
import { type RoundReport, runRounds } from '../rounds/run-rounds.ts';
import type { Findings } from './check-round.ts';
import { planRound, type RoundFault, roundFaults } from './plan.ts';
import { reportTable, rowsOf, type TokensRow } from './report.ts';
import { runRound } from './run-round.ts';

export interface TokensRoundsOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly onlyRound?: number | undefined;
  /** @default all */
  readonly faults?: readonly RoundFault[];
  /** @default 10000 */
  readonly tokens?: number;
  readonly onRound?: (round: number, fault: RoundFault, subject: string) => void;
}

export interface TokensReport {
  readonly rows: readonly TokensRow[];
  readonly rounds: readonly RoundReport<RoundFault, Findings>[];
}

export async function runTokensRounds(options: TokensRoundsOptions): Promise<TokensReport> {
  const { seed, faults = roundFaults, tokens } = options;
  const rounds = await runRounds({ ...options, faults, subjects: ['sallyport'] }, (round, fault) =>
    runRound(planRound({ seed, round, fault, tokens })),
  );
  return { rounds, rows: rowsOf(rounds) };
}

export const tokensProof: Proof = {
  name: 'tokens',
  title: 'Pushed revocation under faults',
  hasPeers: false,
  packages: () => ['ioredis'],
  run: async (options) => {
    const { rows, rounds } = await runTokensRounds(options);
    // A hundred thousand delays say no more than their spread.
    const told = rounds.map((round) =>
      round.outcome === undefined
        ? round
        : { ...round, outcome: { ...round.outcome, findings: { ...round.outcome.findings, delaysMs: undefined } } },
    );
    return {
      report: { rows, rounds: told },
      table: reportTable(rows),
      isKept: rows.every(({ violations }) => violations.length === 0),
    };
  },
};
