/** What many rounds have shown, in one row per fault, as data and for the terminal. */
import { milliseconds, proofTable } from '../rounds/proof-table.ts';
import { longest } from '../rounds/recovery.ts';
import { type FaultRow, faultCells, faultRows } from '../rounds/report-rows.ts';
import type { RoundReport } from '../rounds/run-rounds.ts';
import { violationNotes } from '../rounds/violation.ts';
import type { Findings } from './check/check-round.ts';
import { type RoundFault, roundFaults } from './plan.ts';

/** A field is only ever added. Numbers are those of the same name in `Findings`, added up; times are the longest. */
export interface StreamsRow extends FaultRow<RoundFault>, Readonly<Record<(typeof summed)[number], number>> {
  readonly nextEffectMs: number | undefined;
  readonly begunAnewMs: number | undefined;
  readonly drainedMs: number | undefined;
}

const summed = [
  'stored',
  'lost',
  'stuck',
  'ambiguous',
  'ambiguousStored',
  'duplicates',
  'duplicatesBound',
  'heldBack',
  'staleRefused',
  'unplannedClaims',
  'trimmed',
] as const;

const heads = [
  'fault',
  'rounds',
  'struck',
  'events',
  'lost',
  'stuck',
  'dup/bound',
  'once held',
  'stale refused',
  'trimmed',
  'next effect',
  'begun anew',
  'drained',
  'broken',
];

export function rowsOf(rounds: readonly RoundReport<RoundFault, Findings>[]): StreamsRow[] {
  return faultRows(
    rounds,
    roundFaults,
    (common, _, findings) => {
      const sums = summed.map((field) => [field, findings.reduce((total, each) => total + each[field], 0)]);
      return {
        ...common,
        ...(Object.fromEntries(sums) as Record<(typeof summed)[number], number>),
        nextEffectMs: longest(findings.map(({ recovery }) => recovery.nextEffectMs)),
        begunAnewMs: longest(findings.map(({ recovery }) => recovery.begunAnewMs)),
        drainedMs: longest(findings.map(({ recovery }) => recovery.drainedMs)),
      };
    },
    ({ violations }) => violations,
  );
}

export function reportTable(rows: readonly StreamsRow[]): string {
  const cells = rows.map((row) => ({ subject: row.subject, cells: cellsOf(row) }));
  return [proofTable(heads, cells), ...rows.flatMap(notesOf)].join('\n');
}

function cellsOf(row: StreamsRow): string[] {
  return [
    ...faultCells(row),
    String(row.stored),
    String(row.lost),
    String(row.stuck),
    `${row.duplicates}/${row.duplicatesBound}`,
    String(row.heldBack),
    String(row.staleRefused),
    String(row.trimmed),
    milliseconds(row.nextEffectMs),
    milliseconds(row.begunAnewMs),
    milliseconds(row.drainedMs),
    String(row.violations.length),
  ];
}

function notesOf({ fault, violations, ambiguous, ambiguousStored, unplannedClaims }: StreamsRow): string[] {
  const notes = violationNotes(fault, violations);
  if (ambiguous > 0) notes.push(`${fault}: ${ambiguous} appends were not answered, ${ambiguousStored} of them stored`);
  if (unplannedClaims > 0) notes.push(`${fault}: ${unplannedClaims} events were claimed outside of a fault`);
  return notes;
}
