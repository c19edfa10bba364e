/** Tasks of one key are done one after the other, in the order in which they were stored. */
import type { Violation } from '../../rounds/violation.ts';
import { type Attempt, byTask } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export function checkOrder({ tasks, producers, promises }: Evidence, attempts: readonly Attempt[]): Violation[] {
  if (!promises.keys) return [];
  const violations: Violation[] = [];
  const keyOf = new Map(tasks.flatMap(({ id, key }) => (key === undefined ? [] : [[id, key] as const])));
  const attemptsAt = byTask(attempts);
  // Each key has one producer.
  for (const { entries } of producers) {
    const lastOf = new Map<string, string>();
    for (const entry of entries) {
      if (entry.event !== 'acked') continue;
      const { id } = entry;
      const key = keyOf.get(id);
      if (key === undefined) continue;
      const before = lastOf.get(key);
      lastOf.set(key, id);
      if (before === undefined) continue;
      const detail = `${id} before ${before}, key ${key}`;
      const own = attemptsAt.get(id) ?? [];
      const earlier = attemptsAt.get(before) ?? [];
      // What a worker does whose lease has lapsed goes on beside the others; the first to come to its end counts.
      const firstEnd = first(earlier.filter(({ effectAt }) => effectAt !== undefined).map(({ endedAt }) => endedAt));
      if (first(own.map(({ effectAt }) => effectAt)) < first(earlier.map(({ effectAt }) => effectAt))) {
        violations.push({ rule: 'out of order', detail });
      } else if (first(own.map(({ startedAt }) => startedAt)) < firstEnd) {
        violations.push({ rule: 'begun too early', detail });
      }
    }
  }
  return violations;
}

function first(times: readonly (number | undefined)[]): number {
  return Math.min(...times.filter((at) => at !== undefined));
}
