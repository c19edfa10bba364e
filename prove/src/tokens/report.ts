/** What many rounds have shown, in one row per fault, as data and for the terminal. */
import { proofTable } from '../rounds/proof-table.ts';
import { type FaultRow, faultCells, faultRows } from '../rounds/report-rows.ts';
import type { RoundReport } from '../rounds/run-rounds.ts';
import { violationNotes } from '../rounds/violation.ts';
import type { Findings } from './check-round.ts';
import { type RoundFault, roundFaults } from './plan.ts';

const summed = ['revoked', 'unanswered', 'unavailable', 'acceptedAfterLease'] as const;

/** A field is only ever added. Numbers are those of the same name in `Findings`, added up. */
export interface TokensRow extends FaultRow<RoundFault>, Readonly<Record<(typeof summed)[number], number>> {
  /** From the answer until a server refused, over all rounds, tokens and servers. */
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number } | undefined;
  /** The longest time after the answer at which a server accepted, as a share of the lease. */
  readonly longestAcceptedMs: number;
}

const heads = [
  'fault',
  'rounds',
  'struck',
  'revoked',
  'asked again',
  'answered 503',
  'accepted after lease',
  'accepted at most',
  'refused P50',
  'P99',
  'max',
  'broken',
];

export function rowsOf(rounds: readonly RoundReport<RoundFault, Findings>[]): TokensRow[] {
  return faultRows(
    rounds,
    roundFaults,
    (common, _, findings) => {
      const sums = summed.map((field) => [field, findings.reduce((total, each) => total + each[field], 0)]);
      return {
        ...common,
        ...(Object.fromEntries(sums) as Record<(typeof summed)[number], number>),
        delayMs: spread(findings.flatMap(({ delaysMs }) => delaysMs)),
        longestAcceptedMs: Math.max(0, ...findings.map(({ longestAcceptedMs }) => longestAcceptedMs)),
      };
    },
    ({ violations }) => violations,
  );
}

/** Of each the smallest value that so many are not above. */
function spread(values: readonly number[]): TokensRow['delayMs'] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
  return sorted.length === 0 ? undefined : { p50: at(0.5), p99: at(0.99), max: at(1) };
}

export function reportTable(rows: readonly TokensRow[]): string {
  const cells = rows.map((row) => ({ subject: row.subject, cells: cellsOf(row) }));
  const notes = rows.flatMap(({ fault, violations }) => violationNotes(fault, violations));
  return [proofTable(heads, cells), ...notes].join('\n');
}

function cellsOf(row: TokensRow): string[] {
  const { revoked, unanswered, unavailable, acceptedAfterLease, longestAcceptedMs, delayMs, violations } = row;
  const ms = (value: number | undefined) => (value === undefined ? '–' : `${value.toFixed(1)} ms`);
  return [
    ...faultCells(row),
    ...[revoked, unanswered, unavailable, acceptedAfterLease].map(String),
    ms(longestAcceptedMs),
    ms(delayMs?.p50),
    ms(delayMs?.p99),
    ms(delayMs?.max),
    String(violations.length),
  ];
}
