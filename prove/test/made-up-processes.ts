/** Made-up ledgers and faults, for the checkers of all proofs. */
import type { StruckFault } from '../src/faults/strike.ts';
import type { ProcessRecord } from '../src/rounds/process-record.ts';

export type MadeUpLine<Entry> = readonly [at: number, entry: Entry];

export function madeUpProcess<Entry>(
  name: string,
  lines: readonly MadeUpLine<Entry>[],
  end: ProcessRecord<Entry>['end'] = 'closed',
): ProcessRecord<Entry> {
  return { name, end, entries: lines.map(([at, entry]) => ({ at, ...entry })) };
}

export function struck(fault: StruckFault['fault'], worker: string, from: number, until = from): StruckFault {
  return { fault, processes: [worker], from, until, traces: 1 };
}
