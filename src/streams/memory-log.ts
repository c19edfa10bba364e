/** The entries of a stream in memory, in the order of their ids. */
import type { Clock } from '../clock.ts';
import { compareIds, lowestId, nextId, timeOf } from './entry-id.ts';

export interface LoggedEntry {
  readonly id: string;
  /** Rises by one with each entry. */
  readonly number: number;
  /** Names and values in turn, as in Redis. */
  readonly fields: readonly string[];
}

export class MemoryLog {
  readonly #clock: Clock;
  #entries: LoggedEntry[] = [];
  /** What was removed in front of the others is still there, for a while. */
  #head = 0;
  #lastId = lowestId;
  #added = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get length(): number {
    return this.#entries.length - this.#head;
  }

  get lastId(): string {
    return this.#lastId;
  }

  get added(): number {
    return this.#added;
  }

  get first(): LoggedEntry | undefined {
    return this.#entries[this.#head];
  }

  append(fields: readonly string[]): string {
    const now = this.#clock.now();
    this.#lastId = now > timeOf(this.#lastId) ? `${now}-0` : nextId(this.#lastId);
    this.#entries.push({ id: this.#lastId, number: this.#added++, fields });
    return this.#lastId;
  }

  get(id: string): LoggedEntry | undefined {
    const entry = this.#entries[this.#indexOf(id)];
    return entry?.id === id ? entry : undefined;
  }

  /** Entries after an id, the oldest first. */
  after(id: string, limit: number): LoggedEntry[] {
    const from = this.#indexAfter(id);
    return this.#entries.slice(from, from + limit);
  }

  /** Both ends included, the oldest first; or the latest, in its order. */
  between(from: string, to: string, limit: number, takesLatest: boolean): LoggedEntry[] {
    const [begin, end] = [this.#indexOf(from), this.#indexAfter(to)];
    if (begin >= end) return [];
    return takesLatest
      ? this.#entries.slice(Math.max(begin, end - limit), end)
      : this.#entries.slice(begin, Math.min(end, begin + limit));
  }

  countAfter(id: string): number {
    return this.#entries.length - this.#indexAfter(id);
  }

  countBefore(id: string): number {
    return this.#indexOf(id) - this.#head;
  }

  removeOldest(count: number): void {
    this.#head += count;
    if (this.#head > 1_024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Where the id is, or would be. */
  #indexOf(id: string): number {
    let [low, high] = [this.#head, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareIds(this.#entries[middle]!.id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #indexAfter(id: string): number {
    const index = this.#indexOf(id);
    return this.#entries[index]?.id === id ? index + 1 : index;
  }
}
