/** What the ledgers say about what violations name, a few of them, so that they can be understood. */
import type { StruckFault } from '../faults/strike.ts';
import type { ProcessRecord } from './process-record.ts';
import type { Violation } from './violation.ts';

export type Histories = Readonly<Record<string, readonly string[]>>;

const mostHistories = 10;

/**
 * The first word of a violation's detail is what it is about.
 * @param nameOf what an entry is about; true: it belongs to all histories
 */
export function historiesOf<Entry extends { readonly event: string }>(
  {
    processes,
    faults,
  }: { readonly processes: readonly ProcessRecord<Entry>[]; readonly faults: readonly StruckFault[] },
  violations: readonly Violation[],
  nameOf: (entry: Entry) => string | true | undefined,
): Histories {
  const lines = processes.flatMap(({ name, entries }) => {
    return entries.map((entry) => ({ about: nameOf(entry), at: entry.at, text: `${name} ${textOf(entry)}` }));
  });
  const known = new Set(lines.map(({ about }) => about));
  const named = violations.map(({ detail }) => detail.split(' ')[0] ?? '').filter((name) => known.has(name));
  const faultLines = faults.map(({ fault, processes: hit, from, until }) => {
    return { at: from, text: `${fault} ${hit.join(' ')} for ${(until - from).toFixed(1)} ms` };
  });
  const histories: Record<string, string[]> = {};
  for (const name of [...new Set(named)].slice(0, mostHistories)) {
    histories[name] = [...lines.filter(({ about }) => about === name || about === true), ...faultLines]
      .sort((a, b) => a.at - b.at)
      .map(({ at, text }) => `${at.toFixed(1)} ${text}`);
  }
  return histories;
}

function textOf({ event, ...rest }: { readonly event: string }): string {
  return `${event} ${JSON.stringify(rest)}`;
}
