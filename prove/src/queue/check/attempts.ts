/** Attempts at tasks, put together from the lines of the workers' ledgers. */
import type { QueueEntry, Told } from '../ledger-entry.ts';
import type { Process } from './evidence.ts';

export interface Attempt {
  readonly worker: string;
  readonly id: string;
  readonly attempt: number;
  readonly fence: number | undefined;
  readonly startedAt: number;
  readonly effectAt: number | undefined;
  /** When its handler was over, one way or the other. */
  readonly endedAt: number | undefined;
  /** What the queue told about it, and when. */
  readonly told: { readonly told: Told; readonly at: number } | undefined;
}

const toldEvents: ReadonlySet<string> = new Set<Told>(['done', 'retried', 'buried', 'cancelled', 'stale']);

export function isTold(entry: QueueEntry): entry is QueueEntry & { readonly event: Told; readonly id: string } {
  return toldEvents.has(entry.event);
}

/** In the order in which they began, all workers together. */
export function attemptsOf(workers: readonly Process[]): Attempt[] {
  return workers.flatMap(attemptsOfOne).sort((a, b) => a.startedAt - b.startedAt);
}

function attemptsOfOne({ name, entries }: Process): Attempt[] {
  type Open = { -readonly [Field in keyof Attempt]: Attempt[Field] };
  const attempts: Open[] = [];
  const open = new Map<string, Open[]>();
  for (const entry of entries) {
    if (entry.event === 'started') {
      const { id, attempt, fence, at } = entry;
      const begun: Open = {
        worker: name,
        id,
        attempt,
        fence,
        startedAt: at,
        effectAt: undefined,
        endedAt: undefined,
        told: undefined,
      };
      attempts.push(begun);
      open.set(id, [...(open.get(id) ?? []), begun]);
    } else if (entry.event === 'effect' || entry.event === 'returned' || entry.event === 'threw') {
      const own = open.get(entry.id)?.findLast(({ fence, attempt, endedAt }) => {
        return fence === entry.fence && attempt === entry.attempt && endedAt === undefined;
      });
      if (own === undefined) continue;
      if (entry.event === 'effect') own.effectAt = entry.at;
      else own.endedAt = entry.at;
    } else if (isTold(entry)) {
      // Words name the task and not the attempt: one worker may have two of them, of which the first has ended first.
      const own = open.get(entry.id)?.find(({ told, endedAt }) => told === undefined && endedAt !== undefined);
      if (own !== undefined) own.told = { told: entry.event, at: entry.at };
    }
  }
  return attempts;
}

export function byTask(attempts: readonly Attempt[]): Map<string, Attempt[]> {
  const tasks = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const known = tasks.get(attempt.id);
    if (known === undefined) tasks.set(attempt.id, [attempt]);
    else known.push(attempt);
  }
  return tasks;
}
