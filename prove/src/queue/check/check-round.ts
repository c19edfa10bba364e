/** Holds what is left of a round against what was promised. */
import { checkProcesses } from '../../rounds/check-processes.ts';
import { type Histories, historiesOf } from '../../rounds/histories.ts';
import { measureRecovery, type Recovery } from '../../rounds/recovery.ts';
import type { Violation } from '../../rounds/violation.ts';
import type { QueueEntry } from '../ledger-entry.ts';
import { attemptsOf } from './attempts.ts';
import { checkEnds } from './ends.ts';
import type { Evidence } from './evidence.ts';
import { checkFences } from './fences.ts';
import { checkOrder } from './order.ts';
import { checkRepeats } from './repeats.ts';
import { checkSlots } from './schedule-slots.ts';

export interface Findings {
  /** Tasks that producers were told are stored. */
  readonly stored: number;
  readonly lost: number;
  readonly stuck: number;
  /** Tasks whose add was stored though its answer got lost. */
  readonly ambiguous: number;
  /** Effects beyond the first of each task. */
  readonly duplicates: number;
  /** Attempts under way when something broke, their end not accepted: so many effects may come again. See repeats.ts. */
  readonly duplicatesBound: number | undefined;
  /** Ends that came from a worker that did not hold the task any more; `undefined` where all are accepted. */
  readonly staleRefused: number | undefined;
  readonly unplannedLapses: number;
  readonly firings: number;
  readonly recovery: Recovery;
  /** Empty when every promise was kept. */
  readonly violations: readonly Violation[];
  readonly histories: Histories;
}

export function checkRound(evidence: Evidence): Findings {
  const attempts = attemptsOf(evidence.workers);
  const ends = checkEnds(evidence, attempts);
  const repeats = checkRepeats(evidence, attempts);
  const refusals = checkFences(evidence, attempts);
  const firings = checkSlots(evidence);
  const violations: Violation[] = [
    ...ends.violations,
    ...repeats.violations,
    ...checkOrder(evidence, attempts),
    ...refusals.violations,
    ...firings.violations,
    ...checkProcesses(evidence),
    ...evidence.leakedKeys.map((key) => ({ rule: 'key left behind', detail: key })),
  ];
  return {
    stored: ends.stored.size,
    lost: ends.lost,
    stuck: ends.stuck,
    ambiguous: ends.ambiguous,
    duplicates: repeats.duplicates,
    duplicatesBound: repeats.bound,
    staleRefused: refusals.staleRefused,
    unplannedLapses: repeats.unplannedLapses,
    firings: firings.count,
    recovery: measureRecovery(evidence, attempts),
    violations,
    histories: historiesOf(
      { processes: [...evidence.producers, ...evidence.workers], faults: evidence.faults },
      violations,
      nameOf,
    ),
  };
}

function nameOf(entry: QueueEntry): string | true | undefined {
  if ('id' in entry) return entry.id;
  return entry.event === 'lease-lost' ? true : undefined;
}
