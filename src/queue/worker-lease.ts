import { randomUUID } from 'node:crypto';

/**
 * The time for which what a worker has taken is its own. Every turn renews it, and what is taken under it may be started
 * as long as it lasts by this machine's own steady clock.
 */
export class WorkerLease {
  readonly #leaseMs: number;
  #worker = newName();
  #isNew = true;
  #until = 0;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** A name of its own for each life: a worker that was thought dead starts anew under another. */
  get worker(): string {
    return this.#worker;
  }

  /** True until the first turn under this name was answered. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** What was taken may be another's by now. */
  get hasLapsed(): boolean {
    return performance.now() >= this.#until;
  }

  /** A third of it has passed. */
  get isAging(): boolean {
    return performance.now() > this.#until - (2 * this.#leaseMs) / 3;
  }

  /** @param sentAt When the turn was sent that renewed it: the store may have begun to count right then. */
  renewed(sentAt: number): void {
    this.#isNew = false;
    this.#until = sentAt + this.#leaseMs;
  }

  lost(): void {
    this.#worker = newName();
    this.#isNew = true;
    this.#until = 0;
  }
}

function newName(): string {
  return randomUUID();
}
