import { setTimeout as delay } from 'node:timers/promises';
import type { StreamStore } from './store.ts';

/** Whoever waits looks again after so long, in case word went lost. */
const longestWaitMs = 5_000;
const pauseAfterFailureMs = 500;

/** The rest of a consumer that has found nothing to take, until word comes. */
export class ConsumerRest {
  readonly #store: StreamStore;
  readonly #end: AbortSignal;
  readonly #wake: () => void;
  #isWaiting = false;

  constructor(store: StreamStore, end: AbortSignal, wake: () => void) {
    this.#store = store;
    this.#end = end;
    this.#wake = wake;
  }

  /** @param lastId the last one in the stream, as far as is known */
  begin(lastId: string): void {
    if (!this.#isWaiting) void this.#wait(lastId);
  }

  async #wait(lastId: string): Promise<void> {
    this.#isWaiting = true;
    try {
      await this.#store.wait(lastId, longestWaitMs, this.#end);
    } catch {
      // The turns tell of an outage; here it is only waited for.
      await delay(pauseAfterFailureMs, undefined, { signal: this.#end }).catch(() => {});
    }
    this.#isWaiting = false;
    this.#wake();
  }
}
