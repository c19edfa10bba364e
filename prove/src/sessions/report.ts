/** What many rounds have shown, in one row per kind of round, as data and for the terminal. */
import { proofTable } from '../rounds/proof-table.ts';
import { type FaultRow, faultCells, faultRows } from '../rounds/report-rows.ts';
import type { RoundReport } from '../rounds/run-rounds.ts';
import { violationNotes } from '../rounds/violation.ts';
import type { Findings } from './check-round.ts';
import { type RoundFault, roundFaults } from './plan.ts';

const summed = ['logins', 'answered', 'live', 'evicted', 'refused', 'revoked', 'ghosts'] as const;

/** A field is only ever added. Numbers are those of the same name in `Findings`, added up. */
export interface SessionsRow extends FaultRow<RoundFault>, Readonly<Record<(typeof summed)[number], number>> {}

const heads = [
  'round',
  'rounds',
  'struck',
  'logins',
  'answered',
  'left',
  'evicted',
  'refused',
  'revoked',
  'ghosts',
  'broken',
];

export function rowsOf(rounds: readonly RoundReport<RoundFault, Findings>[]): SessionsRow[] {
  return faultRows(
    rounds,
    roundFaults,
    (common, _, findings) => {
      const sums = summed.map((field) => [field, findings.reduce((total, each) => total + each[field], 0)]);
      return { ...common, ...(Object.fromEntries(sums) as Record<(typeof summed)[number], number>) };
    },
    ({ violations }) => violations,
  );
}

export function reportTable(rows: readonly SessionsRow[]): string {
  const cells = rows.map((row) => ({
    subject: row.subject,
    cells: [...faultCells(row), ...summed.map((field) => String(row[field])), String(row.violations.length)],
  }));
  const notes = rows.flatMap(({ subject, fault, violations }) => violationNotes(`${subject}, ${fault}`, violations));
  return [proofTable(heads, cells), ...notes].join('\n');
}
