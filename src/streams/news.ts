/** Who waits for an entry of a stream, and the last one that is known to be there. */
import { setMaxListeners } from 'node:events';
import { compareIds, lowestId } from './entry-id.ts';

interface Wait {
  readonly after: string;
  readonly end: (told: boolean) => void;
}

/** A longer time would be none at all for `setTimeout`. */
const longestTimerMs = 2 ** 31 - 1;

export class News {
  readonly #waits = new Set<Wait>();
  #latest = lowestId;
  #isClosed = false;

  /** The highest id that was heard of. */
  get latest(): string {
    return this.#latest;
  }

  get isAwaited(): boolean {
    return this.#waits.size > 0;
  }

  /** Resolves with true as soon as an entry after this id is known. */
  wait(after: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#isClosed || signal?.aborted) return Promise.resolve(false);
    // Who asks for what comes after an entry has seen that entry.
    this.tell(after);
    if (compareIds(this.#latest, after) > 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (told: boolean) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#waits.delete(wait);
        resolve(told);
      };
      const abort = () => end(false);
      const wait: Wait = { after, end };
      const timer = setTimeout(abort, Math.max(1, Math.min(timeoutMs, longestTimerMs)));
      if (signal !== undefined) {
        // One signal often ends many waits, which Node would report as a leak of listeners.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', abort, { once: true });
      }
      this.#waits.add(wait);
    });
  }

  /** There is an entry of this id. */
  tell(id: string): void {
    if (compareIds(id, this.#latest) <= 0) return;
    this.#latest = id;
    for (const wait of this.#waits) if (compareIds(id, wait.after) > 0) wait.end(true);
  }

  /** What is known may be wrong by now, as after the loss of data: lets all look for themselves. */
  forget(): void {
    this.#latest = lowestId;
    for (const wait of this.#waits) wait.end(true);
  }

  close(): void {
    this.#isClosed = true;
    for (const wait of this.#waits) wait.end(false);
  }
}
