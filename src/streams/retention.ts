import { emit } from '../telemetry/events.ts';
import type { StreamStore, TrimLimits } from './store.ts';

/** So many appended events, or so long since the last time, and one more event: then old ones are removed. */
const everyEvents = 1_000;
const everyMs = 10_000;

/** Removes what is beyond the limits while events are appended, so that nothing has to run for it. */
export class Retention {
  readonly #stream: string;
  readonly #store: StreamStore;
  readonly #limits: TrimLimits;
  #appended = 0;
  #trimmedAt = 0;
  #trimming: Promise<void> | undefined;

  constructor(stream: string, store: StreamStore, limits: TrimLimits) {
    this.#stream = stream;
    this.#store = store;
    this.#limits = limits;
  }

  appended(count: number): void {
    this.#appended += count;
    if (this.#trimming !== undefined) return;
    const now = performance.now();
    if (this.#appended < everyEvents && now - this.#trimmedAt < everyMs) return;
    this.#appended = 0;
    this.#trimmedAt = now;
    this.#trimming = this.#trim().finally(() => {
      this.#trimming = undefined;
    });
  }

  async #trim(): Promise<void> {
    try {
      const entries = await this.#store.trim(this.#limits);
      if (entries > 0) emit('stream.trimmed', { stream: this.#stream, entries });
    } catch (error) {
      // The append has succeeded; the next ones try again.
      emit('stream.trim.failed', { stream: this.#stream, error });
    }
  }

  /** Waits for one that is under way. */
  async close(): Promise<void> {
    await this.#trimming;
  }
}
