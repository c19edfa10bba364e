/** What a worker tells that is not the task's holder any more is refused, and fences tell who the holder is. */
import type { Violation } from '../../rounds/violation.ts';
import { type Attempt, byTask, isTold } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export interface Refusals {
  /** Ends of attempts that were refused, because the task was another's. */
  readonly staleRefused: number | undefined;
  readonly violations: readonly Violation[];
}

export function checkFences({ workers, promises, tasks }: Evidence, attempts: readonly Attempt[]): Refusals {
  const planned = new Set(tasks.map(({ id }) => id));
  const refused = workers.flatMap(({ entries }) => {
    return entries.filter((entry) => entry.event === 'stale' && planned.has(entry.id));
  });
  return {
    staleRefused: promises.refusals ? refused.length : undefined,
    violations: [
      ...(promises.told ? untold(workers, attempts, planned) : []),
      ...(promises.fences ? [...fenceFaults(attempts), ...staleAccepted(attempts)] : []),
      ...(promises.refusals ? doneTwice(attempts) : []),
    ],
  };
}

function doneTwice(attempts: readonly Attempt[]): Violation[] {
  return [...byTask(attempts)]
    .filter(([, ofTask]) => ofTask.filter(({ told }) => told?.told === 'done').length > 1)
    .map(([id]) => ({ rule: 'done twice', detail: id }));
}

/** Whoever took a task before another did can not end it any more. */
function staleAccepted(attempts: readonly Attempt[]): Violation[] {
  const violations: Violation[] = [];
  for (const [id, ofTask] of byTask(attempts)) {
    for (const { fence = 0, told, worker, endedAt = 0 } of ofTask) {
      const later = ofTask.filter((other) => (other.fence ?? 0) > fence);
      const isEnd = told?.told === 'done' || told?.told === 'buried';
      // A task that is to be tried again is rightly taken later: but not before that was said.
      const isLateRetry = told?.told === 'retried' && later.some(({ startedAt }) => startedAt < endedAt);
      if ((isEnd && later.length > 0) || isLateRetry) {
        const fences = later.map((other) => other.fence).join(', ');
        violations.push({ rule: 'stale end accepted', detail: `${id} by ${worker}, fence ${fence} before ${fences}` });
      }
    }
  }
  return violations;
}

/** Each attempt that ended in a worker that lived on was told of once, and nothing else was told to be done. */
function untold(workers: Evidence['workers'], attempts: readonly Attempt[], planned: ReadonlySet<string>): Violation[] {
  const violations: Violation[] = [];
  for (const { name, entries, end } of workers) {
    // Tasks of schedules are no attempts, and those that nobody planned are a matter of their own.
    const own = attempts.filter(({ id, worker }) => worker === name && planned.has(id));
    const ended = countOf(own.filter(({ endedAt }) => endedAt !== undefined));
    const told = entries.filter((entry) => isTold(entry)).filter(({ id }) => planned.has(id));
    const toldOf = countOf(told);
    // A task that was taken and not begun may be stale as well.
    const acceptedOf = countOf(told.filter(({ event }) => event !== 'stale'));
    for (const [id, count] of ended) {
      // The last words to one that was killed are not known.
      if (end === 'closed' && (toldOf.get(id) ?? 0) < count) {
        violations.push({ rule: 'end not told', detail: `${id} in ${name}` });
      }
    }
    for (const [id, count] of acceptedOf) {
      if (count > (ended.get(id) ?? 0)) violations.push({ rule: 'told without an end', detail: `${id} in ${name}` });
    }
  }
  return violations;
}

function countOf(items: readonly { readonly id: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of items) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** No fence is given twice; of two attempts at a task the one with the higher fence is the later one. */
function fenceFaults(attempts: readonly Attempt[]): Violation[] {
  const violations: Violation[] = [];
  const given = new Set<number>();
  for (const { fence, id } of attempts) {
    if (fence === undefined) violations.push({ rule: 'no fence', detail: id });
    else if (given.has(fence)) violations.push({ rule: 'fence given twice', detail: `${fence}, ${id}` });
    else given.add(fence);
  }
  for (const [id, ofTask] of byTask(attempts)) {
    const byFence = [...ofTask].sort((a, b) => (a.fence ?? 0) - (b.fence ?? 0));
    for (const [index, later] of byFence.entries()) {
      const earlier = byFence[index - 1];
      if (earlier === undefined) continue;
      // A worker that was stopped between taking and starting starts late, but then its end is refused or unknown.
      const isHolder = earlier.told !== undefined && earlier.told.told !== 'stale';
      if (later.attempt < earlier.attempt || (later.startedAt < earlier.startedAt && isHolder)) {
        violations.push({ rule: 'fence fell', detail: `${id}: ${earlier.fence} then ${later.fence}` });
      }
    }
  }
  return violations;
}
