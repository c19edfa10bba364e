/** What became of each event in each group: nothing is lost, nothing ends in two ways, nothing ends where it should not. */
import type { Violation } from '../../rounds/violation.ts';
import { endIn, groupNames, type PlannedEvent } from '../plan.ts';
import type { Attempt } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export interface Ends {
  /** Events, counted for each group, that have neither had their effect nor become a dead letter. */
  readonly lost: number;
  readonly stuck: number;
  readonly violations: readonly Violation[];
}

export function checkEnds(
  { appends, dead, applied, kept, drainedAt }: Evidence,
  stored: ReadonlyMap<string, string>,
  attempts: readonly Attempt[],
): Ends {
  const violations: Violation[] = [];
  const planned = new Map<string, PlannedEvent>(
    appends.flatMap(({ events }) => events.map((each) => [each.name, each])),
  );
  let lost = 0;
  let stuck = 0;
  for (const group of groupNames) {
    const own = attempts.filter((attempt) => attempt.group === group);
    const withEffect = new Set(own.filter(({ effectAt }) => effectAt !== undefined).map(({ name }) => name));
    if (group === 'counted') for (const name of applied.keys()) withEffect.add(name);
    const finished = new Set(
      group === 'counted'
        ? applied.keys()
        : own.filter(({ effectAt, hasReturned }) => effectAt !== undefined && hasReturned).map(({ name }) => name),
    );
    const toldDone = new Set(own.filter(({ told }) => told?.told === 'done').map(({ name }) => name));
    const given = dead.filter((each) => each.group === group);
    const givenUp = new Set(given.map(({ name }) => name));
    for (const [name, id] of stored) {
      if (finished.has(name) || givenUp.has(name)) continue;
      const detail = `${name} in ${group} (${kept.has(id) ? 'still' : 'no longer'} in the stream)`;
      if (drainedAt === undefined && kept.has(id)) {
        stuck++;
        violations.push({ rule: 'stuck', detail });
      } else if (withEffect.has(name)) {
        // Its handler had not come to its end.
        violations.push({ rule: 'left half done', detail });
      } else {
        lost++;
        violations.push({ rule: kept.has(id) ? 'lost' : 'lost, and trimmed', detail });
      }
    }
    for (const { name, reason } of given) {
      const detail = `${name} in ${group}`;
      const event = planned.get(name);
      const end = event === undefined ? undefined : endIn(group, event);
      if (toldDone.has(name)) violations.push({ rule: 'done and given up', detail });
      if (end === undefined) violations.push({ rule: 'unknown event', detail });
      else if (end === 'done') violations.push({ rule: 'given up without cause', detail: `${detail}: ${reason}` });
      // The last of its deliveries may have been claimed from its consumer, on a machine that is too slow.
      else if (end !== reason && !(end === 'exhausted' && reason === 'consumer-lost'))
        violations.push({ rule: 'given up for another reason', detail: `${detail}: ${reason}` });
    }
    for (const name of repeated(given.map((each) => each.name))) {
      violations.push({ rule: 'given up twice', detail: `${name} in ${group}` });
    }
    for (const name of withEffect) {
      const event = planned.get(name);
      if (event === undefined) violations.push({ rule: 'unknown event', detail: `${name} in ${group}` });
      else if (endIn(group, event) !== 'done') {
        violations.push({ rule: 'effect of an event that fails', detail: `${name} in ${group}` });
      }
    }
  }
  for (const [name, times] of applied) {
    if (times !== 1) violations.push({ rule: 'applied twice', detail: `${name} ${times} times` });
  }
  return { lost, stuck, violations };
}

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size);
}
