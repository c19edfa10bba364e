/** Effects without `once` that came more than once: each needs an attempt that was under way when something broke. */
import type { Violation } from '../../rounds/violation.ts';
import { type Attempt, byId } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export interface Repeats {
  /** Effects beyond the first of each event, without `once`. */
  readonly duplicates: number;
  /**
   * Attempts, without `once`, that were under way when a fault hit their consumer or were claimed from it, and whose end
   * was not accepted: so many effects may come again.
   */
  readonly bound: number;
  /** Effects that `once` kept from being applied again. */
  readonly heldBack: number;
  /** Attempts that were claimed from a consumer which no fault had hit: the machine was too slow. */
  readonly unplannedClaims: number;
  readonly violations: readonly Violation[];
}

export function checkRepeats({ workers, faults, claimAfterMs }: Evidence, attempts: readonly Attempt[]): Repeats {
  const violations: Violation[] = [];
  const inFlight = new Set<Attempt>();
  let unplannedClaims = 0;
  const slow = new Map(
    workers.map(({ name, entries }) => [
      name,
      entries.flatMap((entry) => (entry.event === 'slow' ? [{ from: entry.at - entry.forMs, until: entry.at }] : [])),
    ]),
  );
  for (const attempt of attempts) {
    const { worker, startedAt, told, name, group } = attempt;
    const isAccepted = told !== undefined && told.told !== 'stale';
    const hits = faults.filter(({ processes, until }) => processes.includes(worker) && startedAt <= until);
    if (hits.length > 0 && !isAccepted) inFlight.add(attempt);
    if (told?.told !== 'stale') continue;
    inFlight.add(attempt);
    const overlaps = ({ from, until }: { from: number; until: number }, settlingMs: number) =>
      from <= told.at && until + settlingMs >= startedAt;
    // A consumer that comes back has to connect, which may take two tries of a second, before it can renew.
    if (faults.some((fault) => fault.processes.includes(worker) && overlaps(fault, 1_500 + 2 * claimAfterMs))) continue;
    unplannedClaims++;
    // What was slow may have kept a renewal from leaving just before.
    const isSlow = slow.get(worker)?.some((time) => overlaps(time, claimAfterMs)) ?? false;
    if (!isSlow) violations.push({ rule: 'claimed without cause', detail: `${name} in ${group} from ${worker}` });
  }

  let duplicates = 0;
  for (const ofEvent of byId(attempts).values()) {
    const { name, group } = ofEvent[0]!;
    const detail = `${name} in ${group}`;
    const done = ofEvent.find(({ told }) => told?.told === 'done')?.told?.at ?? Number.POSITIVE_INFINITY;
    for (const attempt of ofEvent) {
      // Whoever is hit may begin what it was given before, until it has learned that it was taken from it.
      const { worker, startedAt, told } = attempt;
      const isHit = faults.some(({ processes, from, until }) => {
        return processes.includes(worker) && from <= startedAt && startedAt <= until;
      });
      const isRight = startedAt <= done || isHit || told?.told === 'stale';
      if (!isRight) violations.push({ rule: 'begun after its end', detail });
    }
    const effects = ofEvent.filter(({ effectAt }) => effectAt !== undefined);
    if (effects.length < 2 || group === 'counted') continue;
    duplicates += effects.length - 1;
    // Each needs a cause of its own, but for the one that was accepted.
    const caused = effects.filter((attempt) => inFlight.has(attempt)).length;
    if (caused < effects.length - 1) violations.push({ rule: 'repeated without cause', detail });
  }
  const heldBack = workers.flatMap(({ entries }) =>
    entries.filter((entry) => entry.event === 'effect' && !entry.applied),
  );
  return {
    duplicates,
    bound: [...inFlight].filter(({ group }) => group !== 'counted').length,
    heldBack: heldBack.length,
    unplannedClaims,
    violations,
  };
}
