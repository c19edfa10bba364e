/**
 * Tells those of this process who wait for a list that there is something in it.
 *
 * `BLMOVE list list LEFT LEFT` blocks until the list has a value and then moves its first value to where it is: it takes
 * nothing. So it may be given up at any moment, by either side, with its answer on the way, and no value is lost, which
 * cannot be said of BLPOP. The value is then taken by a command that does not block.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { RedisUnavailableError } from '../redis/errors.ts';
import type { RedisPort } from '../redis/port.ts';
import { reconnectDelayMs } from '../redis/reconnect-delay.ts';
import type { Waiter } from './waiter.ts';

/** Short, so that a link that has died unnoticed is found out soon; between two blocks nothing can be missed. */
const blockSeconds = 1;
const deadlineMs = 2_000;
/** How often a server is asked that refuses to block. */
const pollMs = 100;

export class ListWatch {
  readonly #key: string;
  readonly #connection: RedisPort;
  readonly #onLeft: () => void;
  readonly #lingerMs: number;
  /** In the order in which they came. */
  readonly #waiters = new Set<Waiter>();
  #attempts: Promise<unknown> = Promise.resolve();
  #isRunning = false;
  #isClosed = false;
  #linger: NodeJS.Timeout | undefined;
  #error: RedisUnavailableError | undefined;

  /**
   * @param onLeft when nobody has waited for a while: the watch can be closed
   * @param lingerMs that while
   */
  constructor(key: string, redis: RedisPort, onLeft: () => void, lingerMs: number) {
    this.#key = key;
    this.#connection = redis.dedicated({ deadlineMs });
    this.#onLeft = onLeft;
    this.#lingerMs = lingerMs;
  }

  /** Set while Redis does not answer here. */
  get error(): RedisUnavailableError | undefined {
    return this.#error;
  }

  add(waiter: Waiter): void {
    clearTimeout(this.#linger);
    this.#waiters.add(waiter);
    if (!this.#isRunning) this.#start();
  }

  remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#linger);
    // An answer with a value may be on its way.
    await this.#attempts;
    await this.#connection.close();
  }

  #start(): void {
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
      if (this.#isClosed) return;
      // Somebody may have come since the last look.
      if (this.#waiters.size > 0) return this.#start();
      this.#linger = setTimeout(() => this.#onLeft(), this.#lingerMs);
      this.#linger.unref();
    });
  }

  async #run(): Promise<void> {
    for (let failures = 0; this.#waiters.size > 0 && !this.#isClosed; ) {
      try {
        const ready = await this.#ready();
        // One value needs one of them only. All of them are awaited, else the list would seem to have values still.
        const chosen = [...this.#waiters].slice(0, ready);
        const attempts = Promise.allSettled(chosen.map((waiter) => waiter.attempt(this.#connection)));
        this.#attempts = attempts;
        const refused = (await attempts).find(({ status }) => status === 'rejected');
        if (refused?.status === 'rejected') throw refused.reason;
        failures = 0;
        this.#error = undefined;
      } catch (error) {
        if (this.#isClosed) return;
        if (!(error instanceof RedisUnavailableError) || error.reason === 'closed') {
          for (const waiter of this.#waiters) waiter.fail(error);
          this.#waiters.clear();
          return;
        }
        this.#error = error;
        await delay(reconnectDelayMs(failures++));
      }
    }
  }

  /** How many values there are, or some number below it; waits for a while when there is none. */
  async #ready(): Promise<number> {
    if (this.#error !== undefined) {
      // Says at once whether Redis is back, which a block on an empty list would not.
      const length = await this.#length();
      if (length > 0) return length;
      this.#error = undefined;
    }
    const block = ['BLMOVE', this.#key, this.#key, 'LEFT', 'LEFT', String(blockSeconds)];
    try {
      if ((await this.#connection.command(block, { reply: 'buffer' })) === null) return 0;
      return this.#waiters.size === 1 ? 1 : await this.#length();
    } catch (error) {
      if (!(error instanceof RedisUnavailableError && error.reason === 'refusing')) throw error;
      // A server that is out of memory refuses to move a value, and yet gives it away.
      const length = await this.#length();
      if (length === 0) await delay(pollMs);
      return length;
    }
  }

  async #length(): Promise<number> {
    return Number(await this.#connection.command(['LLEN', this.#key]));
  }
}
