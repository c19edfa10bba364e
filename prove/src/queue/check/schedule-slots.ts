/** A schedule that fires each second adds one task per second, however many workers see it. */
import type { Violation } from '../../rounds/violation.ts';
import type { Evidence } from './evidence.ts';

const slotMs = 1_000;

export interface Firings {
  readonly count: number;
  readonly violations: readonly Violation[];
}

/** Schedules have been there for two slots at least. */
export function checkSlots({ workers, schedules, promises, planned }: Evidence): Firings {
  const violations: Violation[] = [];
  let count = 0;
  for (const schedule of promises.schedules ? schedules : []) {
    // A task that is tried again is the same firing.
    const slotOf = new Map<string, number>();
    for (const { entries } of workers) {
      for (const entry of entries) {
        if (entry.event === 'tick' && entry.schedule === schedule) slotOf.set(entry.id, entry.slotMs);
      }
    }
    const slots = [...slotOf.values()].sort((a, b) => a - b);
    count += slots.length;
    for (const [index, slot] of slots.entries()) {
      const before = slots[index - 1];
      if (before === slot) violations.push({ rule: 'slot fired twice', detail: `${schedule} at ${slot}` });
      // While something is broken a slot may be missed; the next one stands for it.
      const isGap = before !== undefined && slot - before > slotMs && planned.length === 0;
      if (isGap) violations.push({ rule: 'slot left out', detail: `${schedule} between ${before} and ${slot}` });
    }
    if (slots.length < 2)
      violations.push({ rule: 'slot not fired', detail: `${schedule} fired ${slots.length} times` });
  }
  return { count, violations };
}
