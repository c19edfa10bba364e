import { HeldEntry } from './held-entry.ts';
import type { DeliveredEntry } from './store.ts';

/**
 * Entries that were taken and not started, in their order. Taking one costs the same however many there are; only then is
 * made of it what a handler needs, while the next turn is under way, and not before that can leave.
 */
export class HeldBuffer {
  #entries: (DeliveredEntry | HeldEntry | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  push(entry: DeliveredEntry): void {
    this.#entries.push(entry);
  }

  unshift(held: HeldEntry): void {
    if (this.#head === 0) this.#entries.unshift(held);
    else this.#entries[--this.#head] = held;
  }

  shift(): HeldEntry | undefined {
    if (this.#head === this.#entries.length) return undefined;
    const entry = this.#entries[this.#head]!;
    this.#entries[this.#head++] = undefined;
    if (this.#head === this.#entries.length) {
      this.#entries = [];
      this.#head = 0;
    }
    return heldOf(entry);
  }

  remove(id: string): void {
    this.#entries = this.#rest().filter((entry) => entry.id !== id);
    this.#head = 0;
  }

  ids(): string[] {
    return this.#rest().map(({ id }) => id);
  }

  clear(): HeldEntry[] {
    const all = this.#rest().map(heldOf);
    this.#entries = [];
    this.#head = 0;
    return all;
  }

  #rest(): (DeliveredEntry | HeldEntry)[] {
    return this.#entries.slice(this.#head) as (DeliveredEntry | HeldEntry)[];
  }
}

function heldOf(entry: DeliveredEntry | HeldEntry): HeldEntry {
  return entry instanceof HeldEntry ? entry : new HeldEntry(entry);
}
