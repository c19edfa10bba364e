import type { Clock } from '../clock.ts';
import { eventOf } from './entry-fields.ts';
import { compareIds, firstIdAt } from './entry-id.ts';
import { MemoryLog } from './memory-log.ts';
import type { DeadEntry, DeadLetterStore } from './store.ts';

interface Dead extends DeadEntry {
  readonly eventId: string;
}

export class MemoryDeadLetters {
  readonly #clock: Clock;
  /** Gives the ids. */
  readonly #log: MemoryLog;
  #entries: Dead[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#log = new MemoryLog(clock);
  }

  get size(): number {
    return this.#entries.length;
  }

  bury(eventId: string, fields: readonly string[], death: string): void {
    this.#entries.push({ id: this.#log.append([]), eventId, death, ...eventOf(fields), fields });
    this.#log.removeOldest(1);
  }

  /** @param append Puts an entry at the end of the stream, for this group. */
  open(append: (dead: DeadEntry, eventId: string) => void): DeadLetterStore {
    const take = (ids: readonly string[], accepts: (dead: Dead) => boolean): Dead[] => {
      const wanted = new Set(ids);
      const taken = this.#entries.filter((dead) => wanted.has(dead.id) && accepts(dead));
      const gone = new Set(taken);
      this.#entries = this.#entries.filter((dead) => !gone.has(dead));
      return taken;
    };
    return {
      list: async (limit, before) =>
        this.#entries
          .filter(({ id }) => before === undefined || compareIds(id, before) < 0)
          .reverse()
          .slice(0, limit),
      get: async (id) => this.#entries.find((dead) => dead.id === id),
      redrive: async (ids) => {
        const taken = take(ids, ({ event }) => event !== undefined);
        for (const dead of taken) append(dead, dead.eventId);
        return taken.length;
      },
      remove: async (ids) => take(ids, () => true).length,
      trim: async ({ maxCount, maxAgeMs }) => {
        const before = this.#entries.length;
        if (maxAgeMs !== undefined) {
          const oldest = firstIdAt(this.#clock.now() - maxAgeMs);
          this.#entries = this.#entries.filter(({ id }) => compareIds(id, oldest) >= 0);
        }
        if (maxCount !== undefined) this.#entries = this.#entries.slice(Math.max(0, this.#entries.length - maxCount));
        return before - this.#entries.length;
      },
    };
  }
}
