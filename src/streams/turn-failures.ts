import { setTimeout as delay } from 'node:timers/promises';
import { RedisUnavailableError } from '../redis/errors.ts';
import { reconnectDelayMs } from '../redis/reconnect-delay.ts';
import { emit } from '../telemetry/events.ts';

/** Turns of a consumer that failed, one after the other: told of once for an outage, and each followed by a longer pause. */
export class TurnFailures {
  readonly #about: { readonly stream: string; readonly group: string };
  readonly #end: AbortSignal;
  #count = 0;

  constructor(about: { readonly stream: string; readonly group: string }, end: AbortSignal) {
    this.#about = about;
    this.#end = end;
  }

  ended(): void {
    this.#count = 0;
  }

  async backOff(error: unknown): Promise<void> {
    this.#count++;
    if (this.#count === 1 || !(error instanceof RedisUnavailableError)) {
      emit('stream.turn.failed', { ...this.#about, error });
    }
    await delay(reconnectDelayMs(this.#count), undefined, { signal: this.#end }).catch(() => {});
  }
}
