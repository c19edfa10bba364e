import { emit } from '../telemetry/events.ts';
import type { PresenceStore } from './store.ts';

const mostAtOnce = 500;

/** Takes off who fell silent. Every server does; of each user one of them is told. */
export class Sweeper {
  readonly #store: PresenceStore;
  readonly #offlineAfterMs: number;
  readonly #betweenMs: number;
  readonly #silent: (userIds: readonly string[]) => void;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #isClosed = false;

  constructor(store: PresenceStore, offlineAfterMs: number, silent: (userIds: readonly string[]) => void) {
    this.#store = store;
    this.#offlineAfterMs = offlineAfterMs;
    this.#betweenMs = Math.min(10_000, Math.max(50, offlineAfterMs / 60));
    this.#silent = silent;
    this.#wait();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#sweeping;
  }

  #wait(): void {
    if (this.#isClosed) return;
    // Servers that were started together do not sweep together.
    this.#timer = setTimeout(
      () => {
        this.#sweeping = this.#sweep().finally(() => this.#wait());
      },
      this.#betweenMs * (0.5 + Math.random()),
    );
    this.#timer.unref();
  }

  async #sweep(): Promise<void> {
    try {
      while (!this.#isClosed) {
        const silent = await this.#store.sweep(this.#offlineAfterMs, mostAtOnce);
        this.#silent(silent);
        if (silent.length < mostAtOnce) return;
      }
    } catch (error) {
      emit('presence.failed', { step: 'sweep', error });
    }
  }
}
