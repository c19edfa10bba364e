/** What many rounds have shown, in one row per fault, as data and for the terminal. */
import { milliseconds, proofTable } from '../rounds/proof-table.ts';
import { longest } from '../rounds/recovery.ts';
import { type FaultRow, faultCells, faultRows } from '../rounds/report-rows.ts';
import type { RoundReport } from '../rounds/run-rounds.ts';
import { violationNotes } from '../rounds/violation.ts';
import type { Findings } from './check/check-round.ts';
import { type RoundFault, roundFaults } from './plan.ts';

const summed = ['published', 'received', 'missed', 'twice', 'gaps', 'trimmed', 'ambiguous', 'ambiguousSent'] as const;

/** A field is only ever added. Numbers are those of the same name in `Findings`, added up; times are the longest. */
export interface ChannelsRow extends FaultRow<RoundFault>, Readonly<Record<(typeof summed)[number], number>> {
  readonly nextMessageMs: number | undefined;
  readonly caughtUpMs: number | undefined;
}

const heads = [
  'fault',
  'rounds',
  'struck',
  'published',
  'received',
  'missed',
  'twice',
  'gaps told',
  'trimmed',
  'next message',
  'caught up',
  'broken',
];

export function rowsOf(rounds: readonly RoundReport<RoundFault, Findings>[]): ChannelsRow[] {
  return faultRows(
    rounds,
    roundFaults,
    (common, _, findings) => {
      const sums = summed.map((field) => [field, findings.reduce((total, each) => total + each[field], 0)]);
      return {
        ...common,
        ...(Object.fromEntries(sums) as Record<(typeof summed)[number], number>),
        nextMessageMs: longest(findings.map(({ recovery }) => recovery.nextMessageMs)),
        caughtUpMs: longest(findings.map(({ recovery }) => recovery.caughtUpMs)),
      };
    },
    ({ violations }) => violations,
  );
}

export function reportTable(rows: readonly ChannelsRow[]): string {
  const cells = rows.map((row) => ({ subject: row.subject, cells: cellsOf(row) }));
  return [proofTable(heads, cells), ...rows.flatMap(notesOf)].join('\n');
}

function cellsOf(row: ChannelsRow): string[] {
  const { published, received, missed, twice, gaps, trimmed } = row;
  return [
    ...faultCells(row),
    ...[published, received, missed, twice, gaps, trimmed].map(String),
    milliseconds(row.nextMessageMs),
    milliseconds(row.caughtUpMs),
    String(row.violations.length),
  ];
}

function notesOf({ fault, violations, ambiguous, ambiguousSent }: ChannelsRow): string[] {
  const notes = violationNotes(fault, violations);
  if (ambiguous > 0) notes.push(`${fault}: ${ambiguous} publishers were not answered, ${ambiguousSent} messages sent`);
  return notes;
}
