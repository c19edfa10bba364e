/** Effects that came more than once: each needs an attempt that was under way when something broke. */
import type { StruckFault } from '../../faults/strike.ts';
import type { Violation } from '../../rounds/violation.ts';
import { type Attempt, byTask } from './attempts.ts';
import type { Evidence } from './evidence.ts';

export interface Repeats {
  /** Effects beyond the first of each task. */
  readonly duplicates: number;
  /**
   * Attempts that were under way when a fault hit their worker, or when it lost its lease, and whose end was not
   * accepted: so many effects may come again. `undefined` where a queue accepts the end of a task from anybody: what
   * was accepted may come again there, too.
   */
  readonly bound: number | undefined;
  /** Leases that were lost although no fault of the plan had hit the worker. */
  readonly unplannedLapses: number;
  readonly violations: readonly Violation[];
}

export function checkRepeats(evidence: Evidence, attempts: readonly Attempt[]): Repeats {
  const { workers, faults, leaseMs, promises } = evidence;
  const inFlight = new Set<Attempt>();
  const addThose = (worker: string, from: number, until: number): void => {
    for (const attempt of attempts) {
      if (attempt.worker === worker && isUnderWay(attempt, from, until)) inFlight.add(attempt);
    }
  };
  for (const fault of faults) {
    for (const worker of fault.processes) addThose(worker, fault.from, heldUntil(fault, evidence));
  }
  let unplannedLapses = 0;
  for (const { name, entries } of workers) {
    for (const { event, at } of entries) {
      if (event !== 'lease-lost') continue;
      addThose(name, at, at);
      const isPlanned = faults.some(
        ({ processes, from, until }) => processes.includes(name) && from <= at && at <= until + settlingMs(leaseMs),
      );
      if (!isPlanned) unplannedLapses++;
    }
  }

  let duplicates = 0;
  const violations: Violation[] = [];
  for (const [id, ofTask] of byTask(attempts)) {
    const effects = ofTask.filter(({ effectAt }) => effectAt !== undefined);
    if (effects.length < 2) continue;
    duplicates += effects.length - 1;
    // Each but the last needs a cause of its own. Without fences nobody knows which was taken last, and one that failed
    // may have been put back by a worker that did not hold it any more.
    const causes = promises.fences ? inOrderOfFences(effects).slice(0, -1) : ofTask;
    const caused = causes.filter((attempt) => inFlight.has(attempt)).length;
    if (caused < effects.length - 1) violations.push({ rule: 'repeated without cause', detail: id });
  }
  return { duplicates, bound: promises.refusals ? inFlight.size : undefined, unplannedLapses, violations };

  /** What was accepted at its end can not be repeated by right, unless a queue accepts the end from anybody. */
  function isUnderWay({ startedAt, told }: Attempt, from: number, until: number): boolean {
    const isAccepted = told !== undefined && told.told !== 'stale' && (promises.refusals || told.at < from);
    return startedAt <= until && !isAccepted;
  }
}

/** Without fences, and so a word that its lease is gone, a worker may begin what it was given before until it is back. */
function heldUntil({ until }: StruckFault, { promises, leaseMs }: Evidence): number {
  return promises.fences ? until : until + settlingMs(leaseMs);
}

function inOrderOfFences(attempts: readonly Attempt[]): Attempt[] {
  return [...attempts].sort((a, b) => (a.fence ?? 0) - (b.fence ?? 0));
}

/** A worker that comes back has to connect, which may take two tries of a second, before it learns what it has lost. */
function settlingMs(leaseMs: number): number {
  return 1_500 + 2 * leaseMs;
}
