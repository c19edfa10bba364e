import { setTimeout as delay } from 'node:timers/promises';
import { RedisUnavailableError } from '../redis/errors.ts';
import { emit } from '../telemetry/events.ts';

/** Turns of a worker that failed, one after the other: told of once for an outage, and each followed by a longer pause. */
export class TurnFailures {
  readonly #queue: string;
  readonly #end: AbortSignal;
  #count = 0;

  constructor(queue: string, end: AbortSignal) {
    this.#queue = queue;
    this.#end = end;
  }

  ended(): void {
    this.#count = 0;
  }

  async backOff(error: unknown): Promise<void> {
    this.#count++;
    if (this.#count === 1 || !(error instanceof RedisUnavailableError)) {
      emit('queue.turn.failed', { queue: this.#queue, error });
    }
    const longestMs = Math.min(1000, 25 * 2 ** Math.min(this.#count, 6));
    await delay(longestMs * (0.5 + Math.random() / 2), undefined, { signal: this.#end }).catch(() => {});
  }
}
