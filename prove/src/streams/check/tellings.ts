/** What a consumer tells that does not hold the event any more is refused, and each is told what became of its events. */
import type { Violation } from '../../rounds/violation.ts';
import { type Attempt, byId } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export interface Tellings {
  /** Ends of attempts that were refused, because the event was another's. */
  readonly staleRefused: number;
  readonly violations: readonly Violation[];
}

export function checkTellings({ workers }: Evidence, attempts: readonly Attempt[]): Tellings {
  const violations: Violation[] = [];
  const closed = new Set(workers.filter(({ end }) => end === 'closed').map(({ name }) => name));
  for (const { worker, name, group, endedAt, told } of attempts) {
    if (!closed.has(worker) || endedAt === undefined || told !== undefined) continue;
    violations.push({ rule: 'end not told', detail: `${name} in ${group} to ${worker}` });
  }
  for (const ofEvent of byId(attempts).values()) {
    const { name, group } = ofEvent[0]!;
    const detail = `${name} in ${group}`;
    if (ofEvent.filter(({ told }) => told?.told === 'done').length > 1) violations.push({ rule: 'done twice', detail });
    for (const { told, endedAt = 0, worker, startedAt } of ofEvent) {
      const isEnd = told?.told === 'done' || told?.told === 'buried';
      // Taken by another while this one worked on it; not one that began late with what was taken from it.
      const wasTaken = ofEvent.some((other) => {
        const isWithin = startedAt < other.startedAt && other.startedAt < endedAt;
        return other.worker !== worker && isWithin && other.told?.told !== 'stale';
      });
      if (isEnd && wasTaken) violations.push({ rule: 'stale end accepted', detail: `${detail} of ${worker}` });
    }
  }
  return { staleRefused: attempts.filter(({ told }) => told?.told === 'stale').length, violations };
}
