/** What processes saw, one JSON text per line, one file per process: all that is left of a process that was killed. */
import { closeSync, fdatasyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

export type Stamped<Entry> = Entry & { readonly at: number };

/** What every process of a round writes, whatever it works on. */
export type LifeEntry =
  | { readonly event: 'ready' | 'closed' }
  /** A process breaks itself; see faults/own-strikes.ts. */
  | { readonly event: 'struck'; readonly fault: string; readonly phase: string; readonly forMs: number }
  | { readonly event: 'mended' };

export interface Ledger<Entry> {
  write(entry: Entry): void;
}

/** Milliseconds on a clock that is the same in all processes of the machine and is never set. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** @param options.synced Each line is on the disk before `write` returns. */
export function openLedger<Entry>(file: string, options: { readonly synced: boolean }): Ledger<Entry> {
  const descriptor = openSync(file, 'a');
  return {
    write: (entry) => {
      writeSync(descriptor, `${JSON.stringify({ at: monotonicMs(), ...entry })}\n`);
      if (options.synced) fdatasyncSync(descriptor);
    },
  };
}

/** A line that was cut short by a kill was not written. A missing file is an empty one. */
export function readLedger<Entry>(file: string): Stamped<Entry>[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entriesOf(text.slice(0, text.lastIndexOf('\n') + 1));
}

export interface LedgerTail<Entry> {
  /** Entries that were added since the last call. */
  next(): Stamped<Entry>[];
  close(): void;
}

export function tailLedger<Entry>(file: string): LedgerTail<Entry> {
  const descriptor = openSync(file, 'a+');
  const buffer = Buffer.alloc(64 * 1024);
  let position = 0;
  let rest = Buffer.alloc(0);
  return {
    next: () => {
      const entries: Stamped<Entry>[] = [];
      for (;;) {
        const read = readSync(descriptor, buffer, 0, buffer.length, position);
        if (read === 0) return entries;
        position += read;
        const bytes = Buffer.concat([rest, buffer.subarray(0, read)]);
        const end = bytes.lastIndexOf(10) + 1;
        entries.push(...entriesOf<Entry>(bytes.subarray(0, end).toString('utf8')));
        rest = Buffer.from(bytes.subarray(end));
      }
    },
    close: () => closeSync(descriptor),
  };
}

function entriesOf<Entry>(text: string): Stamped<Entry>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Stamped<Entry>);
}
