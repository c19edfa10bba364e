/** One subscription at Redis for all listeners of this process that want the same. */
import { RedisUnavailableError } from '../redis/errors.ts';
import { emit } from '../telemetry/events.ts';
import type { SourceListener, SourceSubscription } from './store.ts';

/** How long a subscription to what is lost at the moment waits for its return. */
const returnMs = 1_000;

export class SharedSource {
  readonly #name: string;
  readonly #first: Promise<void>;
  readonly #leave: () => Promise<void>;
  readonly #listeners = new Set<SourceListener>();
  #lostAt: number | undefined;
  /** Those who wait for its return. */
  readonly #waiting = new Set<() => void>();

  /**
   * @param name the channel, or the pattern
   * @param first resolves when Redis has confirmed; rejects when there is no subscription
   * @param leave the last listener has gone
   */
  constructor(name: string, first: Promise<void>, leave: () => Promise<void>) {
    this.#name = name;
    this.#first = first;
    this.#leave = leave;
  }

  async add(listener: SourceListener): Promise<SourceSubscription> {
    this.#listeners.add(listener);
    const close = async () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) await this.#leave();
    };
    try {
      await this.#confirmed();
    } catch (error) {
      await close();
      throw error;
    }
    return { confirmed: () => this.#confirmed(), close };
  }

  message(channel: string, frame: string): void {
    for (const listener of this.#listeners) listener.message(channel, frame);
  }

  lost(): void {
    this.#lostAt = performance.now();
    emit('channel.lost', { source: this.#name });
    for (const listener of this.#listeners) listener.lost();
  }

  resumed(): void {
    emit('channel.resumed', {
      source: this.#name,
      afterMs: Math.round(performance.now() - (this.#lostAt ?? performance.now())),
    });
    this.#lostAt = undefined;
    for (const goOn of [...this.#waiting]) goOn();
    for (const listener of this.#listeners) listener.resumed();
  }

  /** Nothing more is told. */
  end(): void {
    this.#listeners.clear();
  }

  async #confirmed(): Promise<void> {
    await this.#first;
    if (this.#lostAt === undefined) return;
    await new Promise<void>((resolve, reject) => {
      const goOn = () => {
        clearTimeout(timer);
        this.#waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(goOn);
        reject(new RedisUnavailableError('disconnected', 'The connection for subscriptions is lost at present.'));
      }, returnMs);
      this.#waiting.add(goOn);
    });
  }
}
