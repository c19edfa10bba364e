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
    const entry = new Deadline(performance.now() + this.#allowanceMs, onExpired);
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
    for (const entry of entries) entry.expire();
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => this.#sweep(), Math.max(1, Math.ceil(delayMs)));
    // A command in flight keeps the process alive through its socket; its deadline need not.
    this.#timer.unref();
  }

  #dropSettled(): void {
    while (this.#entries[this.#head]?.isSettled === true) this.#head++;
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
      entry.expire();
    }
    this.#entries = [];
    this.#head = 0;
  }
}

export class Deadline {
  readonly dueAt: number;
  #onExpired: (() => void) | undefined;

  constructor(dueAt: number, onExpired: () => void) {
    this.dueAt = dueAt;
    this.#onExpired = onExpired;
  }

  get isSettled(): boolean {
    return this.#onExpired === undefined;
  }

  /** Called by the owner when its answer came. Lets go of what would have been called, and so of the answer. */
  settle(): void {
    this.#onExpired = undefined;
  }

  expire(): void {
    const onExpired = this.#onExpired;
    this.#onExpired = undefined;
    onExpired?.();
  }
}
