/**
 * How far the feed has been read, and whether anything is missing. Each entry names the one before it, and the feed tells
 * the last id that it has given out. Where that is not what was read, entries were trimmed, removed, or lost in a
 * fail-over: it is of no consequence only when they were older than any token that lives.
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
  /** Given out, and not there although all was read again: removed, or still on its way to the server that is read. */
  #awaitedId: string | undefined;
  /** The latest entry that is missing for good, in Unix milliseconds. */
  #missingMs = 0;
  /** When the feed was last found to know less than was read before: others may be lost that nobody can name. */
  #setBackMs = 0;

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
    if (previous !== this.#id && !this.#isPast(previous, nowMs)) {
      if (!this.#isReplay) return this.#leave(previous, nowMs);
      this.#missingMs = Math.max(this.#missingMs, this.#laterMs(previous));
    }
    this.#id = id;
    return true;
  }

  /**
   * There is nothing more to read, and this is the last id that the feed has given out.
   * @returns false when there ought to be more, or less: read again from the start
   */
  end(lastId: string, nowMs: number): boolean {
    if (lastId === this.#id || this.#isPast(lastId, nowMs)) {
      this.#id = lastId;
      this.#awaitedId = undefined;
    } else {
      const wasReadAgain = this.#isReplay || lastId === this.#awaitedId;
      if (!wasReadAgain || isBefore(lastId, this.#id)) return this.#leave(lastId, nowMs);
      this.#awaitedId = lastId;
    }
    this.#isReplay = false;
    return true;
  }

  /** Whether nothing is missing that a living token needs. */
  isComplete(nowMs: number): boolean {
    return this.#awaitedId === undefined && Math.max(this.#missingMs, this.#setBackMs) + this.#longestMs <= nowMs;
  }

  restart(): void {
    this.#id = feedStart;
    this.#isReplay = true;
    this.#awaitedId = undefined;
    this.#missingMs = 0;
  }

  /** What the restart will find may be whole in itself, and yet not all that there was. */
  #leave(found: string, nowMs: number): false {
    if (isBefore(found, this.#id)) this.#setBackMs = Math.max(nowMs, this.#laterMs(found));
    return false;
  }

  #isPast(id: string, nowMs: number): boolean {
    return this.#laterMs(id) + this.#longestMs <= nowMs;
  }

  #laterMs(id: string): number {
    return Math.max(partsOf(id)[0], partsOf(this.#id)[0]);
  }
}

/** Whether the feed gave out the one before the other. */
export function isBefore(one: string, other: string): boolean {
  const [oneMs, oneSequence] = partsOf(one);
  const [otherMs, otherSequence] = partsOf(other);
  return oneMs === otherMs ? oneSequence < otherSequence : oneMs < otherMs;
}

function partsOf(id: string): readonly [ms: number, sequence: number] {
  const [ms, sequence] = id.split('-', 2);
  return [Number(ms), Number(sequence)];
}
