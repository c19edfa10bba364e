/** Events that a group has given up: to be looked at, put back or removed. */

import type { ErrorReport } from '../failures/error-report.ts';
import type { Death, DeathReason } from './death.ts';
import { timeOf } from './entry-id.ts';
import { millisecondsOf, wholeBetween } from './options.ts';
import type { DeadEntry, DeadLetterStore } from './store.ts';
import { parseEvent } from './stream-event.ts';

export interface DeadEvent<Event> {
  /** Of the dead letter. */
  readonly id: string;
  /** Of the event, that it had at first. */
  readonly eventId: string;
  /** When it was given up. */
  readonly at: Date;
  readonly reason: DeathReason;
  /** Of the last delivery; `undefined` when its consumer died. */
  readonly error: ErrorReport | undefined;
  readonly deliveries: number;
  readonly trace: string | undefined;
  /** `undefined` when it cannot be read; see `fields`. */
  readonly event: Event | undefined;
  /** The entry as it lay in the stream: names and values in turn. Empty when it had been trimmed away. */
  readonly fields: readonly string[];
}

/** Ids of dead letters, a choice among all, or all. */
export type DeadEventChoice<Event> = readonly string[] | ((dead: DeadEvent<Event>) => boolean) | 'all';

export interface DeadEvents<Event> {
  /** The latest first. @param page.after the last one of the page before @param page.limit @default 100 */
  list(page?: { readonly limit?: number; readonly after?: DeadEvent<unknown> }): Promise<DeadEvent<Event>[]>;
  get(id: string): Promise<DeadEvent<Event> | undefined>;
  /**
   * Delivers events to the group again, as if new, and to no other group. Those that cannot be read stay.
   * @returns how many
   */
  redrive(which: DeadEventChoice<Event>): Promise<number>;
  /** @returns how many */
  remove(which: DeadEventChoice<Event>): Promise<number>;
  /** Removes the oldest beyond a number, and those older than a time. @returns how many */
  trim(limits: { readonly maxCount?: number; readonly maxAgeSeconds?: number }): Promise<number>;
}

const pageSize = 100;

export function createDeadEvents<Event>(store: DeadLetterStore): DeadEvents<Event> {
  async function* chosen(which: DeadEventChoice<Event>): AsyncGenerator<readonly string[]> {
    if (typeof which === 'object') {
      yield which;
      return;
    }
    const accepts = typeof which === 'function' ? which : () => true;
    let before: string | undefined;
    for (;;) {
      const entries = await store.list(pageSize, before);
      const last = entries.at(-1);
      if (last === undefined) return;
      yield entries.filter((entry) => accepts(deadEvent<Event>(entry))).map(({ id }) => id);
      before = last.id;
    }
  }

  async function all(
    which: DeadEventChoice<Event>,
    change: (ids: readonly string[]) => Promise<number>,
  ): Promise<number> {
    let changed = 0;
    for await (const ids of chosen(which)) if (ids.length > 0) changed += await change(ids);
    return changed;
  }

  return {
    list: async ({ limit = pageSize, after } = {}) =>
      (await store.list(wholeBetween('limit', limit, 1, 10_000), after?.id)).map(deadEvent<Event>),
    get: async (id) => {
      const entry = await store.get(id);
      return entry === undefined ? undefined : deadEvent<Event>(entry);
    },
    redrive: (which) => all(which, (ids) => store.redrive(ids)),
    remove: (which) => all(which, (ids) => store.remove(ids)),
    trim: ({ maxCount, maxAgeSeconds }) =>
      store.trim({
        ...(maxCount === undefined ? {} : { maxCount: wholeBetween('maxCount', maxCount, 0, Number.MAX_SAFE_INTEGER) }),
        ...(maxAgeSeconds === undefined ? {} : { maxAgeMs: millisecondsOf('maxAgeSeconds', maxAgeSeconds) }),
      }),
  };
}

function deadEvent<Event>({ id, death, event, trace, fields }: DeadEntry): DeadEvent<Event> {
  const { id: eventId, reason, error, deliveries } = JSON.parse(death) as Death;
  return { id, eventId, at: new Date(timeOf(id)), reason, error, deliveries, trace, event: readable(event), fields };
}

function readable<Event>(text: string | undefined): Event | undefined {
  try {
    return parseEvent(text) as Event;
  } catch {
    return undefined;
  }
}
