import type { DeliveredEntry } from './store.ts';

/** An entry that a consumer has. Its abort signal is only made when it is asked for: most handlers never do. */
export class HeldEntry {
  /** In the stream. */
  readonly id: string;
  /** That it had at first; the same unless it was a dead letter. */
  readonly eventId: string;
  readonly trace: string | undefined;
  deliveries: number;
  #text: string | undefined;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor({ id, event, trace, redriven, deliveries }: DeliveredEntry) {
    this.id = id;
    this.eventId = redriven === undefined ? id : redriven.id;
    this.trace = trace;
    this.deliveries = deliveries;
    this.#text = event;
  }

  /** JSON; `undefined` when it cannot be read. */
  get text(): string | undefined {
    return this.#text;
  }

  /** It will not be handled again. Until that is told it is only an id, so that what waits to be told takes no memory. */
  letGo(): void {
    this.#text = undefined;
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
