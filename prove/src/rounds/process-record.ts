/** What is known of a process when its round is over. */
import type { Breakable } from '../faults/fault-driver.ts';
import { readLedger, type Stamped } from '../ledger.ts';

export interface ProcessRecord<Entry> {
  readonly name: string;
  readonly entries: readonly Stamped<Entry>[];
  /** `killed`: as planned. `died`: of something else. `hung`: it had to be ended. */
  readonly end: 'closed' | 'killed' | 'died' | 'hung';
}

/** @param ranUntilStopped It was still there when it was told to stop. */
export function processRecord<Entry extends { readonly event: string }>(
  { name, ledger, process }: Pick<Breakable, 'name' | 'ledger' | 'process'>,
  ranUntilStopped: boolean,
): ProcessRecord<Entry> {
  const entries = readLedger<Entry>(ledger);
  if (entries.some(({ event }) => event === 'closed')) return { name, entries, end: 'closed' };
  const isKilled = entries.some((entry) => 'fault' in entry && entry.fault === 'worker-kill');
  if (isKilled) return { name, entries, end: 'killed' };
  return { name, entries, end: ranUntilStopped || process.isRunning ? 'hung' : 'died' };
}
