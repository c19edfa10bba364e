/** The findings of the outage proof as tables: what each fault did, and the statuses of one round over time. */
import { milliseconds, proofTable } from '../rounds/proof-table.ts';
import { type OutageFindings, type Outcome, type PhaseFindings, slotMs, timelineOf } from './findings.ts';
import { type OutageRound, outageFaults } from './observed.ts';

export interface PlayedRound {
  readonly number: number;
  readonly round: OutageRound;
  readonly findings: OutageFindings;
}

export interface OutageRow {
  readonly mode: string;
  readonly fault: string;
  readonly rounds: number;
  readonly answered: number;
  readonly loggedOut: number;
  readonly wronglyLoggedOut: number;
  readonly unavailable: number;
  readonly firstRefusedMs: number | undefined;
  readonly lastRefusedMs: number;
  readonly slowestMs: number;
  readonly stalestMs: number;
  readonly violations: readonly string[];
}

/** One row for each mode and fault, of all rounds together: sums, and the worst of each time. */
export function rowsOf(played: readonly PlayedRound[]): OutageRow[] {
  const modes = [...new Set(played.map(({ round }) => round.mode))];
  return modes.flatMap((mode) => {
    const own = played.filter(({ round }) => round.mode === mode);
    const violations = own.flatMap(({ number, findings }) =>
      findings.violations.map((each) => `round ${number}: ${each}`),
    );
    const rows = outageFaults.flatMap((fault) => {
      const phases = own.flatMap(({ findings }) => findings.phases.filter((phase) => phase.fault === fault));
      return phases.length === 0 ? [] : [{ ...rowOf(phases), mode, fault, violations: [] }];
    });
    // They are of whole rounds.
    return rows.map((row, index) => (index === 0 ? { ...row, violations } : row));
  });
}

function rowOf(phases: readonly PhaseFindings[]): Omit<OutageRow, 'mode' | 'fault' | 'violations'> {
  const count = (outcome: Outcome) => phases.reduce((sum, { counts }) => sum + (counts.get(outcome) ?? 0), 0);
  const firsts = phases.flatMap(({ firstRefusedMs }) => firstRefusedMs ?? []);
  const worst = (of: (phase: PhaseFindings) => number) => Math.max(...phases.map(of));
  return {
    rounds: phases.length,
    answered: count('200'),
    loggedOut: count('401 after logout'),
    wronglyLoggedOut: count('wrong 401'),
    unavailable: count('503'),
    firstRefusedMs: firsts.length === 0 ? undefined : Math.min(...firsts),
    lastRefusedMs: worst(({ lastRefusedMs }) => lastRefusedMs),
    slowestMs: worst(({ slowestMs }) => slowestMs),
    stalestMs: worst(({ stalestMs }) => stalestMs),
  };
}

const heads = [
  'fault',
  'rounds',
  '200',
  '401 after logout',
  'wrong 401',
  '503',
  'first 503',
  'last 503 after return',
  'slowest',
  'stalest 200',
];

export function reportTables(rows: readonly OutageRow[], shown: OutageRound | undefined): string {
  const findings = proofTable(
    heads,
    rows.map((row) => ({
      subject: row.mode,
      cells: [
        row.fault,
        String(row.rounds),
        String(row.answered),
        String(row.loggedOut),
        String(row.wronglyLoggedOut),
        String(row.unavailable),
        milliseconds(row.firstRefusedMs),
        milliseconds(row.lastRefusedMs),
        milliseconds(row.slowestMs),
        milliseconds(row.stalestMs),
      ],
    })),
  );
  const violations = rows.flatMap((row) => row.violations.map((violation) => `${row.mode}, ${violation}`));
  const broken = violations.length === 0 ? ['Every promise was kept.'] : violations;
  return [findings, ...(shown === undefined ? [] : [timelineTable(shown)]), ...broken].join('\n');
}

/** Slots are named by their beginning, in seconds since the break. */
function timelineTable(round: OutageRound): string {
  const timeline = timelineOf(round);
  const slots = timeline[0]?.slots.length ?? 0;
  const seconds = Array.from({ length: slots }, (_, slot) => (((slot - 1) * slotMs) / 1000).toFixed(1));
  return proofTable(
    ['s since the break', ...seconds],
    timeline.map(({ fault, outcome, slots: counts }) => ({
      subject: `${round.mode}: ${fault}`,
      cells: [outcome, ...counts.map((count) => (count === 0 ? '' : String(count)))],
    })),
  );
}
