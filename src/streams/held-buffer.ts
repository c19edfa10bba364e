import type { HeldEntry } from './held-entry.ts';

/** Entries that were taken and not started, in their order. Taking one costs the same however many there are. */
export class HeldBuffer {
  #entries: (HeldEntry | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  push(held: HeldEntry): void {
    this.#entries.push(held);
  }

  unshift(held: HeldEntry): void {
    if (this.#head === 0) this.#entries.unshift(held);
    else this.#entries[--this.#head] = held;
  }

  shift(): HeldEntry | undefined {
    if (this.#head === this.#entries.length) return undefined;
    const held = this.#entries[this.#head];
    this.#entries[this.#head++] = undefined;
    if (this.#head === this.#entries.length) {
      this.#entries = [];
      this.#head = 0;
    }
    return held;
  }

  remove(id: string): void {
    this.#entries = this.all().filter((held) => held.id !== id);
    this.#head = 0;
  }

  all(): HeldEntry[] {
    return this.#entries.slice(this.#head) as HeldEntry[];
  }

  clear(): HeldEntry[] {
    const all = this.all();
    this.#entries = [];
    this.#head = 0;
    return all;
  }
}
