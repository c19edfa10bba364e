/** Ids that Redis gives out rise, so what is asked for after an answer has a later id than the answer. */
import type { Violation } from './violation.ts';

type AskedOrAcked =
  | { readonly event: 'asked'; readonly name: string }
  | { readonly event: 'acked'; readonly name: string; readonly id: string };

/** @param entries of one process */
export function fallenIds(entries: readonly { readonly event: string }[]): Violation[] {
  const violations: Violation[] = [];
  const mustExceed = new Map<string, string>();
  let last = '0-0';
  for (const entry of entries.filter(isAskedOrAcked)) {
    if (entry.event === 'asked') {
      mustExceed.set(entry.name, last);
      continue;
    }
    const { name, id } = entry;
    const before = mustExceed.get(name) ?? '0-0';
    if (!isLater(id, before)) violations.push({ rule: 'id fell', detail: `${name} ${id} after ${before}` });
    if (isLater(id, last)) last = id;
  }
  return violations;
}

function isAskedOrAcked(entry: { readonly event: string }): entry is AskedOrAcked {
  return entry.event === 'asked' || entry.event === 'acked';
}

/** Ids as they are given by a clock of now: halves of a few digits. */
export function isLater(id: string, before: string): boolean {
  const [ms = 0, seq = 0] = id.split('-').map(Number);
  const [beforeMs = 0, beforeSeq = 0] = before.split('-').map(Number);
  return ms > beforeMs || (ms === beforeMs && seq > beforeSeq);
}
