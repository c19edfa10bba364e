/**
 * Deadlines for many commands with one timer. All entries have the same allowance, so they fall due in the order
 * they came; a timer per command would cost more than the command's own bookkeeping.
 */
export class DeadlineQueue {
  readonly #allowanceMs: number;
  #entries: Deadline[] = [];
  #head = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(allowanceMs: number) {
    this.#allowanceMs = allowanceMs;
  }

  add(onExpired: () => void): Deadline {
    const entry: Deadline = { dueAt: performance.now() + this.#allowanceMs, settled: false, onExpired };
    this.#entries.push(entry);
    if (this.#timer === undefined) this.#arm(this.#allowanceMs);
    else this.#dropSettled();
    return entry;
  }

  /** Lets everything that waits fall due now. */
  expireAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#entries.slice(this.#head);
    this.#entries = [];
    this.#head = 0;
    for (const entry of entries) {
      if (entry.settled) continue;
      entry.settled = true;
      entry.onExpired();
    }
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => this.#sweep(), Math.max(1, Math.ceil(delayMs)));
    // A command in flight keeps the process alive through its socket; its deadline need not.
    this.#timer.unref();
  }

  #dropSettled(): void {
    while (this.#entries[this.#head]?.settled === true) this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (;;) {
      this.#dropSettled();
      const entry = this.#entries[this.#head];
      if (entry === undefined) break;
      if (entry.dueAt > now) {
        this.#arm(entry.dueAt - now);
        return;
      }
      entry.settled = true;
      entry.onExpired();
    }
    this.#entries = [];
    this.#head = 0;
  }
}

export interface Deadline {
  readonly dueAt: number;
  /** Set by the owner when its answer came; the queue then forgets the entry. */
  settled: boolean;
  readonly onExpired: () => void;
}
