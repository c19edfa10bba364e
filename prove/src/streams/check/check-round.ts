/** Holds what is left of a round against what was promised. */
import { checkProcesses } from '../../rounds/check-processes.ts';
import { type Histories, historiesOf } from '../../rounds/histories.ts';
import { measureRecovery, type Recovery } from '../../rounds/recovery.ts';
import type { Violation } from '../../rounds/violation.ts';
import type { StreamEntry } from '../ledger-entry.ts';
import { checkAppends } from './appends.ts';
import { attemptsOf } from './attempts.ts';
import { checkEnds } from './ends.ts';
import type { Evidence } from './evidence.ts';
import { checkOrder } from './order.ts';
import { checkRepeats } from './repeats.ts';
import { checkTellings } from './tellings.ts';

export interface Findings {
  /** Events that were in the stream. */
  readonly stored: number;
  /** Events, counted for each group. */
  readonly lost: number;
  readonly stuck: number;
  /** Events whose append was not answered, and how many of them were stored. */
  readonly ambiguous: number;
  readonly ambiguousStored: number;
  /** Effects beyond the first of each event, without `once`; see repeats.ts for their bound. */
  readonly duplicates: number;
  readonly duplicatesBound: number;
  /** Effects that `once` kept from being applied again. */
  readonly heldBack: number;
  readonly staleRefused: number;
  readonly unplannedClaims: number;
  /** Entries that were removed while the round ran. */
  readonly trimmed: number;
  readonly recovery: Recovery;
  /** Empty when every promise was kept. */
  readonly violations: readonly Violation[];
  readonly histories: Histories;
}

export function checkRound(evidence: Evidence): Findings {
  const { producers, workers, faults } = evidence;
  const attempts = attemptsOf(workers);
  const appends = checkAppends(evidence, attempts);
  const ends = checkEnds(evidence, appends.stored, attempts);
  const repeats = checkRepeats(evidence, attempts);
  const tellings = checkTellings(evidence, attempts);
  const trimmed = workers.reduce((total, { entries }) => {
    return total + entries.reduce((sum, entry) => sum + (entry.event === 'trimmed' ? entry.entries : 0), 0);
  }, 0);
  const violations: Violation[] = [
    ...appends.violations,
    ...ends.violations,
    ...repeats.violations,
    ...tellings.violations,
    ...checkOrder(evidence, attempts),
    ...checkProcesses(evidence),
    ...evidence.unforgotten.map((detail) => ({ rule: 'consumer not forgotten', detail })),
    ...evidence.pendingAtEnd.map((detail) => ({ rule: 'pending without a consumer', detail })),
    ...(evidence.untrimmed > 0
      ? [{ rule: 'trimming held back', detail: `${evidence.untrimmed} entries too many` }]
      : []),
    ...(trimmed === 0 ? [{ rule: 'nothing trimmed', detail: 'so trimming dropped nothing' }] : []),
    ...evidence.leakedKeys.map((detail) => ({ rule: 'key left behind', detail })),
  ];
  const nameById = new Map([...appends.stored].map(([name, id]) => [id, name]));
  const nameOf = (entry: StreamEntry): string | true | undefined => {
    if ('name' in entry) return entry.name;
    if ('id' in entry) return nameById.get(entry.id);
    return entry.event === 'struck' || entry.event === 'slow' ? true : undefined;
  };
  return {
    stored: appends.stored.size,
    lost: ends.lost,
    stuck: ends.stuck,
    ambiguous: appends.ambiguous,
    ambiguousStored: appends.ambiguousStored,
    duplicates: repeats.duplicates,
    duplicatesBound: repeats.bound,
    heldBack: repeats.heldBack,
    staleRefused: tellings.staleRefused,
    unplannedClaims: repeats.unplannedClaims,
    trimmed,
    recovery: measureRecovery(evidence, attempts),
    violations,
    histories: historiesOf({ processes: [...producers, ...workers], faults }, violations, nameOf),
  };
}
