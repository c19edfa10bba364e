/** Counts which tasks were run, so that a library that loses or repeats work is not measured but reported. */
export class Tally {
  readonly #runs: Uint8Array;
  #total = 0;
  readonly #complete: Promise<void>;
  #resolve: () => void = () => {};

  constructor(tasks: number) {
    this.#runs = new Uint8Array(tasks);
    this.#complete = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Called by the handlers. */
  ran(n: number): void {
    this.#runs[n] = Math.min(255, (this.#runs[n] ?? 0) + 1);
    this.#total++;
    if (this.#total === this.#runs.length) this.#resolve();
  }

  /** Resolves with as many runs as there are tasks. @throws Error after the deadline, naming what is missing */
  async complete(deadlineMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(this.#finding(`after ${deadlineMs} ms`))), deadlineMs);
    });
    try {
      await Promise.race([this.#complete, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws Error unless every task ran exactly once */
  check(): void {
    if (!this.#runs.every((runs) => runs === 1)) throw new Error(this.#finding('at the end'));
  }

  #finding(when: string): string {
    const missing = this.#runs.filter((runs) => runs === 0).length;
    const repeated = this.#runs.filter((runs) => runs > 1).length;
    return `Of ${this.#runs.length} tasks ${missing} had not run and ${repeated} had run more than once ${when}.`;
  }
}
