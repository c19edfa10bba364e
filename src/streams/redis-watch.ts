/** Tells all who wait for news of one stream in this process, over one connection of its own. */
import { setTimeout as delay } from 'node:timers/promises';
import { RedisUnavailableError } from '../redis/errors.ts';
import type { RedisPort } from '../redis/port.ts';
import { reconnectDelayMs } from '../redis/reconnect-delay.ts';
import { firstEntries } from './entry-fields.ts';
import { News } from './news.ts';

const blockMs = 5_000;
/** A link that is silent for so much longer than it blocks is dead. */
const blockGraceMs = 1_000;

/**
 * XREAD BLOCK brings word of new entries and nothing else: what it gives is thrown away, and whoever was told takes it in
 * a turn or by XRANGE. So no entry is in flight when the link is cut.
 */
export class RedisStreamWatch {
  readonly #redis: RedisPort;
  readonly #stream: string;
  readonly #news = new News();
  #connection: RedisPort | undefined;
  #isRunning = false;
  #isClosed = false;

  constructor(redis: RedisPort, stream: string) {
    this.#redis = redis;
    this.#stream = stream;
  }

  wait(after: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false);
    const word = this.#news.wait(after, timeoutMs, signal);
    if (!this.#isRunning && this.#news.isAwaited) void this.#run();
    return word;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#news.close();
    await this.#connection?.close();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#connection ??= this.#redis.dedicated({ deadlineMs: blockMs + blockGraceMs });
    for (let failures = 0; this.#news.isAwaited && !this.#isClosed; ) {
      const from = this.#news.latest;
      try {
        const reply = await this.#connection.command(
          ['XREAD', 'COUNT', '1', 'BLOCK', String(blockMs), 'STREAMS', this.#stream, from],
          { key: this.#stream },
        );
        failures = 0;
        const [entry] = firstEntries(reply);
        if (entry !== undefined) this.#news.tell(entry[0]);
      } catch (error) {
        if (this.#isClosed) break;
        if (error instanceof RedisUnavailableError && error.reason === 'closed') break;
        await delay(reconnectDelayMs(failures++));
        // The server may have lost the latest entries. Until there is a link again, all look for themselves now and then.
        this.#news.forget();
      }
    }
    this.#isRunning = false;
    // Nobody waits: what is known now may be wrong when somebody does.
    this.#news.forget();
  }
}
