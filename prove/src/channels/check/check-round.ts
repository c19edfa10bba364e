/** Holds what is left of a round against what was promised. */
import { checkProcesses } from '../../rounds/check-processes.ts';
import { type Histories, historiesOf } from '../../rounds/histories.ts';
import type { Violation } from '../../rounds/violation.ts';
import type { Evidence } from './evidence.ts';
import { checkPublished } from './published.ts';
import { checkReceived, type Received } from './received.ts';
import { type ChannelRecovery, measureRecovery } from './recovery.ts';

/** Redis removes whole blocks of a hundred. */
const keptBeyond = 200;

export interface Findings extends Omit<Received, 'violations'> {
  /** Messages that were sent. */
  readonly published: number;
  /** Messages whose publisher was not answered, and how many of them were sent. */
  readonly ambiguous: number;
  readonly ambiguousSent: number;
  readonly recovery: ChannelRecovery;
  /** Empty when every promise was kept. */
  readonly violations: readonly Violation[];
  readonly histories: Histories;
}

export function checkRound(evidence: Evidence): Findings {
  const { publishers, subscribers, faults, kept, maxLength, isTrimmed } = evidence;
  const { messages, ambiguous, ambiguousSent, violations: publishing } = checkPublished(evidence);
  const { violations: receiving, ...received } = checkReceived(evidence, messages);
  const lives = subscribers.flatMap((subscriber) => subscriber.lives);
  const violations: Violation[] = [
    ...publishing,
    ...receiving,
    ...checkProcesses({ ...evidence, producers: publishers, workers: lives }),
    ...(isTrimmed && received.trimmed === 0 ? [{ rule: 'nothing trimmed', detail: 'so no gap was told' }] : []),
    ...(kept.size > maxLength + keptBeyond ? [{ rule: 'kept too much', detail: `${kept.size} messages` }] : []),
    ...evidence.leftSubscriptions.map((detail) => ({ rule: 'subscription left behind', detail })),
    ...evidence.leakedKeys.map((detail) => ({ rule: 'key left behind', detail })),
  ];
  return {
    published: messages.length,
    ...received,
    ambiguous,
    ambiguousSent,
    recovery: measureRecovery(evidence),
    violations,
    histories: historiesOf({ processes: [...publishers, ...lives], faults }, violations, (entry) => {
      if ('name' in entry) return entry.name;
      return entry.event === 'gap' || entry.event === 'left' || entry.event === 'struck' ? true : undefined;
    }),
  };
}
