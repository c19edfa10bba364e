import type { HeldEntry } from './held-entry.ts';

/** Entries that failed and are to be tried again after their time. */
export class RestingEntries {
  readonly #entries = new Map<string, { readonly held: HeldEntry; readonly timer: NodeJS.Timeout }>();
  readonly #rested: (held: HeldEntry) => void;

  constructor(rested: (held: HeldEntry) => void) {
    this.#rested = rested;
  }

  get size(): number {
    return this.#entries.size;
  }

  ids(): Iterable<string> {
    return this.#entries.keys();
  }

  add(held: HeldEntry, delayMs: number): void {
    const rested = () => {
      this.#entries.delete(held.id);
      this.#rested(held);
    };
    this.#entries.set(held.id, { held, timer: setTimeout(rested, Math.min(delayMs, longestTimerMs)) });
  }

  remove(id: string): void {
    clearTimeout(this.#entries.get(id)?.timer);
    this.#entries.delete(id);
  }

  clear(): HeldEntry[] {
    const all = [...this.#entries.values()];
    this.#entries.clear();
    for (const { timer } of all) clearTimeout(timer);
    return all.map(({ held }) => held);
  }
}

/** A longer time would be none at all for `setTimeout`. */
const longestTimerMs = 2 ** 31 - 1;
