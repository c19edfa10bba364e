import type { Clock } from '../clock.ts';
import type { NewTask, Shelf, ShelfEntry } from './store.ts';

/** What was given up, in the order of time and, at the same time, of the id. */
export class MemoryShelf {
  #entries: ShelfEntry[] = [];
  readonly #byId: Map<string, ShelfEntry> = new Map();

  get size(): number {
    return this.#entries.length;
  }

  /** Where an earlier task of the same id lies, the fence goes with it. */
  put(task: ShelfEntry, fence: number): void {
    let { id } = task;
    while (this.#byId.has(id)) id = `${id}#${fence}`;
    const entry = { ...task, id };
    this.#entries.splice(this.#placeOf(entry), 0, entry);
    this.#byId.set(id, entry);
  }

  remove(id: string): boolean {
    const entry = this.#byId.get(id);
    if (entry === undefined) return false;
    this.#byId.delete(id);
    this.#entries.splice(this.#placeOf(entry), 1);
    return true;
  }

  /** @param addAgain Answers whether the task was added. */
  open(clock: Clock, addAgain: (task: NewTask) => boolean): Shelf {
    return {
      list: async (limit, before) => {
        const end = before === undefined ? this.#entries.length : this.#placeOf(before);
        return this.#entries.slice(Math.max(0, end - limit), end).reverse();
      },
      get: async (id) => this.#byId.get(id),
      redrive: async (tasks) => {
        let redriven = 0;
        for (const { id, task } of tasks) {
          if (!this.#byId.has(id) || !addAgain(task)) continue;
          this.remove(id);
          redriven++;
        }
        return redriven;
      },
      remove: async (ids) => ids.filter((id) => this.remove(id)).length,
      trim: async ({ maxCount = Number.POSITIVE_INFINITY, maxAgeMs = Number.POSITIVE_INFINITY }) => {
        const tooOld = this.#placeOf({ at: clock.now() - maxAgeMs, id: '' });
        const removed = this.#entries.splice(0, Math.max(0, tooOld, this.#entries.length - maxCount));
        for (const { id } of removed) this.#byId.delete(id);
        return removed.length;
      },
    };
  }

  /** Where the entry is, or would be. */
  #placeOf({ at, id }: { readonly at: number; readonly id: string }): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#entries[middle]!;
      if (entry.at < at || (entry.at === at && entry.id < id)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
