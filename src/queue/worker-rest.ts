/** The rest of a worker that has found nothing to take: until word comes, or until something falls due. */
import { setTimeout as delay } from 'node:timers/promises';
import type { QueueWaiter, TurnResult } from './store.ts';

const longestWaitMs = 5_000;
const pauseAfterFailureMs = 500;

export class WorkerRest {
  readonly #waiter: QueueWaiter;
  readonly #wake: () => void;
  readonly #closed = new AbortController();
  #isWaiting = false;
  #due: NodeJS.Timeout | undefined;

  constructor(waiter: QueueWaiter, wake: () => void) {
    this.#waiter = waiter;
    this.#wake = wake;
  }

  /** @param leastMs It does not look again earlier for what falls due. */
  begin({ nextDueMs, rateWaitMs, paused }: TurnResult, leastMs: number): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    if (rateWaitMs > 0 && !paused) {
      this.#due = setTimeout(this.#wake, rateWaitMs);
      // Word of new tasks would be of no use before.
      return;
    }
    if (nextDueMs !== undefined && nextDueMs < longestWaitMs) {
      this.#due = setTimeout(this.#wake, Math.max(leastMs, nextDueMs));
    }
    if (!this.#isWaiting) void this.#waitForWord();
  }

  async #waitForWord(): Promise<void> {
    this.#isWaiting = true;
    try {
      await this.#waiter.wait(longestWaitMs);
    } catch {
      // The turns tell of an outage; here it is only waited for.
      await delay(pauseAfterFailureMs, undefined, { signal: this.#closed.signal }).catch(() => {});
    }
    this.#isWaiting = false;
    this.#wake();
  }

  async close(): Promise<void> {
    clearTimeout(this.#due);
    this.#closed.abort();
    await this.#waiter.close();
  }
}
