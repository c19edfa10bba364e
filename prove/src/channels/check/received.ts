/** What each subscriber got: all messages, each once, in their order; and gaps only where something was really removed. */
import type { Stamped } from '../../ledger.ts';
import { isLater } from '../../rounds/rising-ids.ts';
import type { Violation } from '../../rounds/violation.ts';
import type { ChannelEntry } from '../ledger-entry.ts';
import type { Evidence, Subscriber } from './evidence.ts';
import type { PublishedMessage } from './published.ts';

export interface Received {
  /** By all subscribers. */
  readonly received: number;
  /** Messages that a subscriber did not get, and was not told of. */
  readonly missed: number;
  readonly twice: number;
  /** Messages that were removed before a subscriber came back, which it was told. */
  readonly trimmed: number;
  readonly gaps: number;
  readonly violations: readonly Violation[];
}

type Gap = Stamped<ChannelEntry & { readonly event: 'gap' }>;

export function checkReceived(evidence: Evidence, messages: readonly PublishedMessage[]): Received {
  const each = evidence.subscribers.map((subscriber) => checkSubscriber(subscriber, messages, evidence));
  const sum = (field: 'received' | 'missed' | 'twice' | 'trimmed' | 'gaps') =>
    each.reduce((total, found) => total + found[field], 0);
  return {
    received: sum('received'),
    missed: sum('missed'),
    twice: sum('twice'),
    trimmed: sum('trimmed'),
    gaps: sum('gaps'),
    violations: each.flatMap((found) => found.violations),
  };
}

function checkSubscriber(
  { name: subscriber, lives }: Subscriber,
  messages: readonly PublishedMessage[],
  { maxLength }: Evidence,
): Received {
  const violations: Violation[] = [];
  const break_ = (rule: string, about: string) => violations.push({ rule, detail: `${about} at ${subscriber}` });
  const got = new Set<string>();
  const trimmed = new Set<string>();
  let last = '0-0';
  let twice = 0;
  let gaps = 0;
  /** Told since the last message. */
  let open: Gap[] = [];
  for (const { entries } of lives) {
    for (const entry of entries) {
      if (entry.event === 'gap') {
        gaps++;
        if (isLater(entry.after, last) || isLater(last, entry.after)) break_('gap in the wrong place', entry.after);
        open.push(entry);
      } else if (entry.event === 'left' && entry.lastId !== undefined && entry.lastId !== last) {
        break_('wrong last id', `${entry.lastId} instead of ${last}`);
      } else if (entry.event === 'got') {
        const { id, name } = entry;
        if (got.has(id)) {
          twice++;
          break_('twice', name);
        } else if (!isLater(id, last)) break_('out of order', name);
        if (entry.afterGap !== open.length > 0) break_('gap not told with the message', name);
        for (const gap of open) closeGap(gap, id);
        open = [];
        got.add(id);
        if (isLater(id, last)) last = id;
      }
    }
  }
  for (const gap of open) closeGap(gap, undefined);
  const missed = messages.filter(({ id }) => !got.has(id) && !trimmed.has(id));
  for (const { name } of missed) break_('missed', name);
  return { received: got.size, missed: missed.length, twice, trimmed: trimmed.size, gaps, violations };

  /** @param next the message after the gap */
  function closeGap({ reason, after, at }: Gap, next: string | undefined): void {
    const gone = messages.filter(({ id }) => isLater(id, after) && (next === undefined || isLater(next, id)));
    // The newest are always kept: whatever was removed by then had as many after it.
    const isRemoved = gone.every(({ id }) => {
      return messages.filter((other) => isLater(other.id, id) && other.askedAt <= at).length >= maxLength;
    });
    if (reason !== 'trimmed' || gone.length === 0 || !isRemoved) {
      break_('gap without cause', `${after} (${reason}, ${gone.length} messages)`);
      return;
    }
    for (const { id } of gone) trimmed.add(id);
  }
}
