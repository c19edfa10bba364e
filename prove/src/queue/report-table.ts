/** The rows of a report for the terminal, and below them what a table has no room for. */
import { milliseconds, proofTable } from '../rounds/proof-table.ts';
import { faultCells } from '../rounds/report-rows.ts';
import { violationNotes } from '../rounds/violation.ts';
import type { QueueRow } from './report.ts';

const heads = [
  'fault',
  'rounds',
  'struck',
  'tasks',
  'lost',
  'stuck',
  'dup/bound',
  'stale refused',
  'next effect',
  'begun anew',
  'drained',
  'broken',
];

export function reportTable(rows: readonly QueueRow[]): string {
  const cells = rows.map((row) => ({ subject: row.subject, cells: cellsOf(row) }));
  return [proofTable(heads, cells), ...rows.flatMap(notesOf)].join('\n');
}

function cellsOf(row: QueueRow): string[] {
  const { fault, noSuchFeature, rounds } = row;
  if (noSuchFeature) return [fault, String(rounds), 'no such feature', ...heads.slice(3).map(() => '')];
  return [
    ...faultCells(row),
    String(row.tasks),
    String(row.lost),
    String(row.stuck),
    `${row.duplicates}/${row.duplicatesBound ?? '–'}`,
    row.staleRefused === undefined ? 'none' : String(row.staleRefused),
    milliseconds(row.nextEffectMs),
    milliseconds(row.begunAnewMs),
    milliseconds(row.drainedMs),
    String(row.violations.length),
  ];
}

function notesOf({ subject, fault, violations, unplannedLapses, ambiguous, firings }: QueueRow): string[] {
  const about = `${subject}, ${fault}`;
  const notes = violationNotes(about, violations);
  if (unplannedLapses > 0) notes.push(`${about}: ${unplannedLapses} leases lapsed outside of a fault`);
  if (ambiguous > 0) notes.push(`${about}: ${ambiguous} tasks were stored by an add that was not answered`);
  if (firings > 0) notes.push(`${about}: ${firings} firings of schedules`);
  return notes;
}
