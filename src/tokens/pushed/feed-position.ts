/**
 * How far the feed has been read, and whether anything is missing. Each entry names the one before it. Where that is not
 * the last one that was read, entries were trimmed, removed, or lost in a fail-over: it is of no consequence only when they
 * were older than any token that lives.
 */

export interface FeedEntry {
  readonly id: string;
  readonly previous: string;
}

const feedStart = '0-0';

export class FeedPosition {
  readonly #longestMs: number;
  #id: string = feedStart;
  /** From the start on, what is missing cannot be had by reading again. */
  #isReplay = true;
  /** The latest entry that is missing for good, in Unix milliseconds. */
  #missingMs = 0;

  /** @param longestMs so long an entry can concern a token that lives */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /** The last entry that was read. */
  get id(): string {
    return this.#id;
  }

  /** @returns false when entries are missing between the last one and this: read again from the start */
  moveTo({ id, previous }: FeedEntry, nowMs: number): boolean {
    if (!this.#follows(previous, nowMs)) return false;
    this.#id = id;
    return true;
  }

  /**
   * There is nothing more to read, and this is the last id that the feed has given out.
   * @returns false when there ought to be more, or less: read again from the start
   */
  end(lastId: string, nowMs: number): boolean {
    if (!this.#follows(lastId, nowMs)) return false;
    this.#id = lastId;
    this.#isReplay = false;
    return true;
  }

  /** Whether nothing is missing that a living token needs. */
  isComplete(nowMs: number): boolean {
    return this.#missingMs === 0 || this.#missingMs + this.#longestMs <= nowMs;
  }

  restart(): void {
    this.#id = feedStart;
    this.#isReplay = true;
    this.#missingMs = 0;
  }

  #follows(previous: string, nowMs: number): boolean {
    if (previous === this.#id) return true;
    const missingMs = Math.max(millisecondsOf(previous), millisecondsOf(this.#id));
    if (missingMs + this.#longestMs <= nowMs) return true;
    if (this.#isReplay) this.#missingMs = Math.max(this.#missingMs, missingMs);
    return this.#isReplay;
  }
}

function millisecondsOf(id: string): number {
  return Number(id.split('-', 1)[0]);
}
