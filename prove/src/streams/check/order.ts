/** A group with one consumer and one handler at a time handles its events in the order of their ids. */
import { isLater } from '../../rounds/rising-ids.ts';
import type { Violation } from '../../rounds/violation.ts';
import type { Attempt } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export function checkOrder({ isChanging, planned }: Evidence, attempts: readonly Attempt[]): Violation[] {
  // A consumer that could not say that it leaves is a second one, until what it has is claimed.
  if (isChanging && planned.length > 0) return [];
  const violations: Violation[] = [];
  const own = attempts.filter(({ group }) => group === 'ordered');
  let last: Attempt | undefined;
  for (const attempt of own) {
    const { name, entryId, startedAt } = attempt;
    if (last !== undefined && !isLater(entryId, last.entryId)) {
      violations.push({ rule: 'out of order', detail: `${name} after ${last.name}` });
    } else if (last?.endedAt !== undefined && startedAt < last.endedAt) {
      violations.push({ rule: 'begun too early', detail: `${name} before the end of ${last.name}` });
    }
    last = attempt;
  }
  return violations;
}
