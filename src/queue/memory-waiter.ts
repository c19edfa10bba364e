/** How workers of one process wake each other: one mark is left, or taken by whoever has waited longest. */
import type { QueueWaiter } from './store.ts';

export class WakeMark {
  #isLeft = false;
  #isClosed = false;
  readonly #waiting: Set<(woken: boolean) => void> = new Set();

  /** The worker that takes the mark leaves another when it does not take all there is. */
  leave(): void {
    const [first] = this.#waiting;
    if (first === undefined) this.#isLeft = true;
    else first(true);
  }

  openWaiter(): QueueWaiter {
    let isClosed = false;
    const own = new Set<(woken: boolean) => void>();
    return {
      wait: (timeoutMs) => {
        if (isClosed || this.#isClosed) return Promise.resolve(false);
        if (this.#isLeft) {
          this.#isLeft = false;
          return Promise.resolve(true);
        }
        return new Promise((resolve) => {
          const end = (woken: boolean) => {
            clearTimeout(timer);
            this.#waiting.delete(end);
            own.delete(end);
            resolve(woken);
          };
          const timer = setTimeout(() => end(false), Math.max(1, Math.min(timeoutMs, longestTimerMs)));
          timer.unref();
          this.#waiting.add(end);
          own.add(end);
        });
      },
      close: async () => {
        isClosed = true;
        for (const end of own) end(false);
      },
    };
  }

  close(): void {
    this.#isClosed = true;
    for (const end of this.#waiting) end(false);
  }
}

/** A longer time would be none at all for `setTimeout`. */
const longestTimerMs = 2 ** 31 - 1;
