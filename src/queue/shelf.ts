/** Tasks that were given up: to be looked at, run again or removed. */

import type { ErrorReport } from '../failures/error-report.ts';
import { wholeNumber } from '../option-checks.ts';
import type { DeathReason } from './death.ts';
import { openRemains } from './death.ts';
import { type FailedAttempt, sealEnvelope } from './envelope.ts';
import type { NewTask, Shelf, ShelfEntry } from './store.ts';

export interface GivenUpTask<Payload> {
  /** Of the task. When an earlier one of the same id was still here, `#` and the fence of this one follow. */
  readonly id: string;
  /** When it was given up. */
  readonly at: Date;
  readonly reason: DeathReason;
  /** Of the last attempt, with its stack; `undefined` when its worker died or nothing could be read. */
  readonly error: ErrorReport | undefined;
  /** All attempts that failed before, oldest first. */
  readonly failures: readonly FailedAttempt[];
  /** How often it lost its worker. */
  readonly losses: number;
  readonly type: string | undefined;
  readonly key: string | undefined;
  readonly addedAt: Date | undefined;
  /** `undefined` when it cannot be read; see `raw`. */
  readonly payload: Payload | undefined;
  /** As it lay in the queue, untouched. */
  readonly raw: string;
}

export interface ShelfPage {
  /** @default 100 */
  readonly limit?: number;
  /** The last one of the page before. */
  readonly after?: GivenUpTask<unknown>;
}

export interface TaskShelf<Payload> {
  /** The latest first. @throws InvalidOptionError */
  list(page?: ShelfPage): Promise<GivenUpTask<Payload>[]>;
  get(id: string): Promise<GivenUpTask<Payload> | undefined>;
  /**
   * Adds tasks to the queue again, as if new: their failures are forgotten. Those that cannot be read stay.
   * @param which Ids, or a choice among all. @returns how many
   */
  redrive(which: readonly string[] | ((task: GivenUpTask<Payload>) => boolean) | 'all'): Promise<number>;
  /** @returns how many */
  remove(which: readonly string[] | ((task: GivenUpTask<Payload>) => boolean) | 'all'): Promise<number>;
  /** Removes the oldest beyond a number, and those older than a time. @returns how many */
  trim(limits: { readonly maxCount?: number; readonly maxAgeSeconds?: number }): Promise<number>;
}

type Choice<Payload> = Parameters<TaskShelf<Payload>['redrive']>[0];

const pageSize = 100;

export function createShelf<Payload>(shelf: Shelf): TaskShelf<Payload> {
  async function* chosen(which: Choice<Payload>): AsyncGenerator<GivenUpTask<Payload>[]> {
    if (Array.isArray(which)) {
      for (let from = 0; from < which.length; from += pageSize) {
        const found = await Promise.all(which.slice(from, from + pageSize).map((id: string) => shelf.get(id)));
        yield found.flatMap((entry) => (entry === undefined ? [] : [read<Payload>(entry)]));
      }
      return;
    }
    const accepts = typeof which === 'function' ? which : () => true;
    let before: { at: number; id: string } | undefined;
    for (;;) {
      const entries = await shelf.list(pageSize, before);
      const last = entries.at(-1);
      if (last === undefined) return;
      yield entries.map((entry) => read<Payload>(entry)).filter(accepts);
      before = last;
    }
  }

  return {
    list: async ({ limit = pageSize, after } = {}) => {
      const before = after === undefined ? undefined : { at: after.at.getTime(), id: after.id };
      const most = wholeNumber('limit', limit, 0, Number.MAX_SAFE_INTEGER);
      return (await shelf.list(most, before)).map((entry) => read<Payload>(entry));
    },
    get: async (id) => {
      const entry = await shelf.get(id);
      return entry === undefined ? undefined : read<Payload>(entry);
    },
    redrive: async (which) => {
      let moved = 0;
      for await (const tasks of chosen(which)) {
        const again = tasks.flatMap(({ id, raw }) => {
          const task = taskAgain(raw);
          return task === undefined ? [] : [{ id, task }];
        });
        if (again.length > 0) moved += await shelf.redrive(again);
      }
      return moved;
    },
    remove: async (which) => {
      let removed = 0;
      for await (const tasks of chosen(which)) {
        if (tasks.length > 0) removed += await shelf.remove(tasks.map(({ id }) => id));
      }
      return removed;
    },
    trim: ({ maxCount, maxAgeSeconds }) =>
      shelf.trim({
        ...(maxCount === undefined ? {} : { maxCount }),
        ...(maxAgeSeconds === undefined ? {} : { maxAgeMs: maxAgeSeconds * 1000 }),
      }),
  };
}

function read<Payload>({ id, at, record }: ShelfEntry): GivenUpTask<Payload> {
  const { death, envelope, raw } = openRemains(record);
  return {
    id,
    at: new Date(at),
    reason: death.reason,
    error: death.error,
    failures: envelope?.header.failures ?? [],
    losses: death.losses,
    type: envelope?.header.type,
    key: envelope?.header.key,
    addedAt: envelope === undefined ? undefined : new Date(envelope.header.at),
    payload: envelope === undefined ? undefined : payloadOf<Payload>(envelope.payload),
    raw,
  };
}

function payloadOf<Payload>(text: string): Payload | undefined {
  try {
    return JSON.parse(text) as Payload;
  } catch {
    return undefined;
  }
}

/** With its attempts and losses at nought. `undefined` for what cannot be read. */
function taskAgain(raw: string): NewTask | undefined {
  const { envelope } = openRemains(`{}\n${raw}`);
  if (envelope === undefined) return undefined;
  const { failures: _, ...header } = envelope.header;
  return {
    envelope: sealEnvelope({ ...envelope, losses: 0, header }),
    ...(header.unique === true ? { uniqueId: header.id } : {}),
    ...(header.key === undefined ? {} : { key: header.key }),
    ...(header.priority === undefined ? {} : { priority: header.priority }),
  };
}
