/** Holds what is left of a round against what was promised. */
import type { QueueEntry } from '../ledger-entry.ts';
import { attemptsOf } from './attempts.ts';
import { checkEnds } from './ends.ts';
import type { Evidence, Violation } from './evidence.ts';
import { checkFences } from './fences.ts';
import { checkOrder } from './order.ts';
import { checkProcesses } from './processes.ts';
import { measureRecovery, type Recovery } from './recovery.ts';
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
  /** What the ledgers say about tasks that violations name, a few of them, so that they can be understood. */
  readonly histories: Readonly<Record<string, readonly string[]>>;
}

const mostHistories = 10;

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
    histories: historiesOf(evidence, violations),
  };
}

function historiesOf({ producers, workers, tasks, faults }: Evidence, violations: readonly Violation[]) {
  const known = new Set(tasks.map(({ id }) => id));
  const named = violations.map(({ detail }) => detail.split(' ')[0] ?? '').filter((id) => known.has(id));
  const lines = [...producers, ...workers].flatMap(({ name, entries }) => {
    return entries.map((entry) => ({ id: 'id' in entry ? entry.id : undefined, at: entry.at, name, entry }));
  });
  const faultLines = faults.map(({ fault, processes, from, until }) => {
    return { at: from, text: `${fault} ${processes.join(' ')} for ${(until - from).toFixed(1)} ms` };
  });
  const histories: Record<string, string[]> = {};
  for (const id of [...new Set(named)].slice(0, mostHistories)) {
    const own = lines.filter((line) => line.id === id || line.entry.event === 'lease-lost');
    histories[id] = [...own.map(({ at, name, entry }) => ({ at, text: `${name} ${textOf(entry)}` })), ...faultLines]
      .sort((a, b) => a.at - b.at)
      .map(({ at, text }) => `${at.toFixed(1)} ${text}`);
  }
  return histories;
}

function textOf({ event, ...rest }: QueueEntry): string {
  return `${event} ${JSON.stringify(rest)}`;
}
