import type { DeliveredEntry } from './store.ts';

/** An entry that a consumer has. Its abort signal is only made when it is asked for: most handlers never do. */
export class HeldEntry {
  readonly entry: DeliveredEntry;
  deliveries: number;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(entry: DeliveredEntry) {
    this.entry = entry;
    this.deliveries = entry.deliveries;
  }

  /** In the stream. */
  get id(): string {
    return this.entry.id;
  }

  /** That it had at first; the same unless it was a dead letter. */
  get eventId(): string {
    return this.entry.redriven === undefined ? this.entry.id : this.entry.redriven.id;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }
}
