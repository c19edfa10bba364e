import type { Clock } from '../clock.ts';

/** Values that are forgotten at a time of their own; with `Infinity`, never. */
export class ExpiringValues<Value> {
  readonly #clock: Clock;
  readonly #entries: Map<string, { readonly value: Value; readonly untilMs: number }> = new Map();
  #sweepAtSize = 1_024;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.untilMs > this.#clock.now() ? entry.value : undefined;
  }

  /** True for a value that is not going to be forgotten. */
  isKept(key: string): boolean {
    return this.#entries.get(key)?.untilMs === Number.POSITIVE_INFINITY;
  }

  set(key: string, value: Value, untilMs: number): void {
    this.#entries.set(key, { value, untilMs });
    if (this.#entries.size >= this.#sweepAtSize) this.#sweep();
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Runs only when the map has doubled since the last time: a write costs the same on average, and no timer runs. */
  #sweep(): void {
    const nowMs = this.#clock.now();
    for (const [key, { untilMs }] of this.#entries) if (untilMs <= nowMs) this.#entries.delete(key);
    this.#sweepAtSize = Math.max(1_024, 2 * this.#entries.size);
  }
}
