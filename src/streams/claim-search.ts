import type { ConsumerTurn } from './store.ts';

export interface ClaimSettings {
  readonly claimAfterMs: number;
  readonly claimEveryMs: number;
  readonly forgetMs: number;
}

/**
 * When a consumer looks for idle entries, and where: through all that is pending in its group, a page with each turn, and
 * again after a while. Because the place is kept, idle entries behind many live ones are found all the same.
 */
export class ClaimSearch {
  readonly #settings: ClaimSettings;
  #dueAt = 0;
  /** Where it goes on; `undefined` between two searches. */
  #after: string | undefined;

  constructor(settings: ClaimSettings) {
    this.#settings = settings;
  }

  get isDue(): boolean {
    return this.#after !== undefined || performance.now() >= this.#dueAt;
  }

  page(): NonNullable<ConsumerTurn['claim']> {
    const { claimAfterMs, forgetMs } = this.#settings;
    return { idleMs: claimAfterMs, after: this.#after ?? '', forgetMs };
  }

  /** @param after of the turn's answer */
  went(after: string | undefined): void {
    this.#after = after;
    if (after === undefined) this.#dueAt = performance.now() + this.#settings.claimEveryMs;
  }
}
