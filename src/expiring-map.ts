import type { Clock } from './clock.ts';

interface Entry<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

/** A map whose entries end at a time of their own; with `Infinity`, never. Ended ones are never seen, and are dropped as others are added. */
export class ExpiringMap<Value> {
  readonly #clock: Clock;
  readonly #entries: Map<string, Entry<Value>> = new Map();
  #sweepAtSize = 1_024;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Entry<Value> | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.untilMs > this.#clock.now() ? entry : undefined;
  }

  /** True for an entry that does not end. */
  isLasting(key: string): boolean {
    return this.#entries.get(key)?.untilMs === Number.POSITIVE_INFINITY;
  }

  /** A time that is past ends what was there. */
  set(key: string, value: Value, untilMs: number): void {
    if (untilMs <= this.#clock.now()) {
      this.#entries.delete(key);
      return;
    }
    this.#entries.set(key, { value, untilMs });
    if (this.#entries.size >= this.#sweepAtSize) this.#sweep();
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Of the entries that have not ended. */
  *keys(): Generator<string> {
    const nowMs = this.#clock.now();
    for (const [key, { untilMs }] of this.#entries) if (untilMs > nowMs) yield key;
  }

  /** Entries in memory, with those that have ended but were not dropped yet. */
  get size(): number {
    return this.#entries.size;
  }

  /** Runs only when the map has doubled since the last time: a write costs the same on average, and no timer runs. */
  #sweep(): void {
    const nowMs = this.#clock.now();
    for (const [key, { untilMs }] of this.#entries) if (untilMs <= nowMs) this.#entries.delete(key);
    this.#sweepAtSize = Math.max(1_024, 2 * this.#entries.size);
  }
}
