/** One wait for a value in Redis. It ends once: with a value, with nothing, or with an error. */
import { RedisUnavailableError } from '../redis/errors.ts';
import type { RedisPort } from '../redis/port.ts';
import type { TakenValues, WaitOutcome } from './store.ts';

export class Waiter {
  /** How the wait ends. */
  readonly outcome: Promise<WaitOutcome>;
  readonly #take: (connection: RedisPort) => Promise<TakenValues | undefined>;
  #resolve!: (outcome: WaitOutcome) => void;
  #reject!: (error: unknown) => void;
  #isOver = false;
  #attempt: Promise<void> | undefined;
  /** What is to happen when the take that is under way brings nothing. */
  #end: (() => void) | undefined;

  constructor(take: (connection: RedisPort) => Promise<TakenValues | undefined>) {
    this.#take = take;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /**
   * There may be a value now. Resolves when it is known; a second call meanwhile waits for the same answer.
   * @throws RedisUnavailableError `refusing`: nothing was taken, and the wait goes on
   */
  attempt(connection: RedisPort): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#attempt ??= this.#try(connection).finally(() => {
      this.#attempt = undefined;
      this.#end?.();
    });
    return this.#attempt;
  }

  async #try(connection: RedisPort): Promise<void> {
    try {
      const taken = await this.#take(connection);
      if (taken !== undefined) this.#settle(() => this.#resolve({ status: 'taken', ...taken }));
    } catch (error) {
      if (error instanceof RedisUnavailableError && error.reason === 'refusing') throw error;
      this.#settle(() => this.#reject(error));
    }
  }

  /** Ends the wait; not before a take that is under way has its answer, for that may be a value. */
  finish(outcome: WaitOutcome): void {
    this.#whenIdle(() => this.#settle(() => this.#resolve(outcome)));
  }

  /** As `finish`, with an error. */
  fail(error: unknown): void {
    this.#whenIdle(() => this.#settle(() => this.#reject(error)));
  }

  #whenIdle(end: () => void): void {
    if (this.#attempt === undefined) end();
    else this.#end ??= end;
  }

  #settle(end: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    end();
  }
}
