import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

/**
 * Puts "issued" and "revoked" of one instance in order although a millisecond holds many of both: a cut-off lies after
 * everything issued so far, and what is issued next lies at or after the cut-off.
 */
export class IssueClock {
  readonly #clock: Clock;
  #lastIssuedMs = 0;
  #lastCutOffMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The time a token that is issued now must carry. */
  issueMs(): number {
    const issuedMs = Math.max(Math.floor(this.#clock.now()), this.#lastCutOffMs);
    this.#lastIssuedMs = Math.max(this.#lastIssuedMs, issuedMs);
    return issuedMs;
  }

  /** The time before which everything issued so far was issued, this millisecond included. */
  cutOffMs(): number {
    const cutOffMs = Math.max(Math.floor(this.#clock.now()), this.#lastIssuedMs) + 1;
    this.#lastCutOffMs = Math.max(this.#lastCutOffMs, cutOffMs);
    return cutOffMs;
  }

  /**
   * Waits, a millisecond as a rule, until the clock has reached a cut-off, so that no token is stamped ahead of the
   * time and escapes a cut-off of another server. Gives up on a clock that stands still, as in a test.
   */
  async reached(cutOffMs: number): Promise<void> {
    for (let attempt = 0; attempt < 3 && this.#clock.now() < cutOffMs; attempt += 1) await wait(1);
  }
}
