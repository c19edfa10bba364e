import { setTimeout as delay } from 'node:timers/promises';
import { RedisUnavailableError } from './errors.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';

/**
 * Turns of a worker or a consumer that failed, one after the other: told of once for an outage, and each followed by a longer
 * pause.
 */
export class TurnFailures {
  readonly #tell: (error: unknown) => void;
  readonly #end: AbortSignal;
  #count = 0;

  constructor(tell: (error: unknown) => void, end: AbortSignal) {
    this.#tell = tell;
    this.#end = end;
  }

  ended(): void {
    this.#count = 0;
  }

  async backOff(error: unknown): Promise<void> {
    this.#count++;
    if (this.#count === 1 || !(error instanceof RedisUnavailableError)) this.#tell(error);
    await delay(reconnectDelayMs(this.#count), undefined, { signal: this.#end }).catch(() => {});
  }
}
