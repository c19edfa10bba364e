/** Calls of handlers, put together from the lines of the consumers' ledgers. */
import type { StreamEntry, Told } from '../ledger-entry.ts';
import type { GroupName } from '../plan.ts';
import type { Process } from './evidence.ts';

export interface Attempt {
  readonly worker: string;
  readonly group: GroupName;
  readonly name: string;
  /** Of the event in its group. */
  readonly id: string;
  readonly entryId: string;
  readonly deliveries: number;
  readonly startedAt: number;
  readonly effectAt: number | undefined;
  /** When its handler was over, one way or the other. */
  readonly endedAt: number | undefined;
  readonly hasReturned: boolean;
  /** What the stream told about it, and when. */
  readonly told: { readonly told: Told; readonly at: number } | undefined;
}

const toldEvents: ReadonlySet<string> = new Set<Told>(['done', 'retried', 'buried', 'stale']);

function isTold(entry: StreamEntry): entry is StreamEntry & { readonly event: Told } {
  return toldEvents.has(entry.event);
}

/** In the order in which they began, all processes together. */
export function attemptsOf(workers: readonly Process[]): Attempt[] {
  return workers.flatMap(attemptsOfOne).sort((a, b) => a.startedAt - b.startedAt);
}

function attemptsOfOne({ name: worker, entries }: Process): Attempt[] {
  type Open = { -readonly [Field in keyof Attempt]: Attempt[Field] };
  const attempts: Open[] = [];
  const open = new Map<string, Open[]>();
  for (const entry of entries) {
    if (entry.event === 'started') {
      const { group, name, deliveries, at } = entry;
      const id = `${group} ${entry.id}`;
      const begun: Open = {
        worker,
        group,
        name,
        id,
        entryId: entry.id,
        deliveries,
        startedAt: at,
        effectAt: undefined,
        endedAt: undefined,
        hasReturned: false,
        told: undefined,
      };
      attempts.push(begun);
      open.set(id, [...(open.get(id) ?? []), begun]);
    } else if (entry.event === 'effect' || entry.event === 'returned' || entry.event === 'threw') {
      const own = open.get(`${entry.group} ${entry.id}`)?.findLast(({ deliveries, endedAt }) => {
        return deliveries === entry.deliveries && endedAt === undefined;
      });
      if (own === undefined) continue;
      if (entry.event === 'effect') own.effectAt = entry.at;
      else own.endedAt = entry.at;
      own.hasReturned = entry.event === 'returned';
    } else if (isTold(entry)) {
      // Words name the event and not the attempt: one process may have two of them, of which the first has ended first.
      const own = open.get(`${entry.group} ${entry.id}`)?.find(({ told, endedAt, hasReturned }) => {
        const mayBe = entry.event === 'stale' || hasReturned === (entry.event === 'done');
        return told === undefined && endedAt !== undefined && mayBe;
      });
      if (own !== undefined) own.told = { told: entry.event, at: entry.at };
    }
  }
  return attempts;
}

export function byId(attempts: readonly Attempt[]): Map<string, Attempt[]> {
  const events = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const known = events.get(attempt.id);
    if (known === undefined) events.set(attempt.id, [attempt]);
    else known.push(attempt);
  }
  return events;
}
