/** What became of each task: nothing is lost, nothing ends in two ways, nothing ends where it should not. */
import type { Violation } from '../../rounds/violation.ts';
import type { PlannedTask } from '../plan.ts';
import { type Attempt, byTask } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export interface Ends {
  /** Ids that producers were told are stored. */
  readonly stored: ReadonlySet<string>;
  /** Of those, how many have neither had their effect, nor lie on a shelf, nor are still in the queue. */
  readonly lost: number;
  /** How many have not, and are still in the queue after all this time. */
  readonly stuck: number;
  /** Tasks that had been stored by an add whose answer did not arrive, as adding them again has shown. */
  readonly ambiguous: number;
  readonly violations: readonly Violation[];
}

/** Stored tasks that no handler has brought to its end, and that were not given up either. */
export function unfinishedOf(
  { producers, shelves }: Pick<Evidence, 'producers' | 'shelves'>,
  attempts: readonly Attempt[],
): string[] {
  const finished = new Set([
    ...shelves.map(({ id }) => id),
    ...attempts.filter(({ effectAt, endedAt }) => effectAt !== undefined && endedAt !== undefined).map(({ id }) => id),
  ]);
  return [...acked(producers)].filter((id) => !finished.has(id));
}

export function checkEnds(evidence: Evidence, attempts: readonly Attempt[]): Ends {
  const { tasks, producers, workers, shelves, promises, whereabouts } = evidence;
  const violations: Violation[] = [];
  const planned = new Map<string, PlannedTask>(tasks.map((task) => [task.id, task]));
  const entries = producers.flatMap((producer) => producer.entries);
  const asked = new Set(entries.flatMap((entry) => (entry.event === 'asked' ? [entry.id] : [])));
  const stored = acked(producers);
  const withEffect = new Set(attempts.filter(({ effectAt }) => effectAt !== undefined).map(({ id }) => id));

  let lost = 0;
  let stuck = 0;
  for (const id of unfinishedOf(evidence, attempts)) {
    const { keys = [], isHeld = false } = whereabouts.get(id) ?? {};
    const detail = `${id} (in Redis: ${keys.join(', ') || 'nowhere'})`;
    if (isHeld) {
      stuck++;
      violations.push({ rule: 'stuck', detail });
    } else if (withEffect.has(id)) {
      // Its handler had not come to its end.
      violations.push({ rule: 'left half done', detail });
    } else {
      lost++;
      violations.push({ rule: 'lost', detail });
    }
  }
  for (const id of asked) if (!stored.has(id)) violations.push({ rule: 'never answered', detail: id });

  const done = new Set(
    workers.flatMap((worker) => worker.entries.flatMap((entry) => (entry.event === 'done' ? [entry.id] : []))),
  );
  for (const { id, shelf } of shelves) {
    if (done.has(id)) violations.push({ rule: 'done and given up', detail: id });
    const end = planned.get(id)?.end;
    if (end === undefined) violations.push({ rule: 'unknown task', detail: id });
    else if (end === 'done') violations.push({ rule: 'given up without cause', detail: id });
    else if (promises.business && (end === 'business') !== (shelf === 'business')) {
      violations.push({ rule: 'on the wrong shelf', detail: id });
    }
  }
  for (const id of byTask(attempts).keys()) {
    if (!asked.has(id)) violations.push({ rule: 'unknown task', detail: id });
  }
  for (const id of withEffect) {
    if (planned.get(id)?.end !== 'done') violations.push({ rule: 'effect of a task that fails', detail: id });
  }
  for (const id of repeated(shelves.map(({ id }) => id))) violations.push({ rule: 'given up twice', detail: id });
  const added = outcomes('added');
  for (const id of repeated(added)) violations.push({ rule: 'added twice', detail: id });
  const addedOnce = new Set(added);
  const ambiguous = new Set(outcomes('duplicate').filter((id) => !addedOnce.has(id))).size;
  return { stored, lost, stuck, ambiguous, violations };

  function outcomes(wanted: string): string[] {
    return entries.flatMap((entry) => (entry.event === 'acked' && entry.outcome === wanted ? [entry.id] : []));
  }
}

function acked(producers: Evidence['producers']): Set<string> {
  return new Set(
    producers.flatMap(({ entries }) => entries.flatMap((entry) => (entry.event === 'acked' ? [entry.id] : []))),
  );
}

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}
