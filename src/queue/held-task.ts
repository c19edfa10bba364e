import { type Envelope, openEnvelope } from './envelope.ts';
import type { TakenTask } from './store.ts';

/** A task that a worker has taken. Its abort signal is only made when it is asked for: most handlers never do. */
export class HeldTask {
  readonly taken: TakenTask;
  /** `undefined` when it cannot be read. */
  readonly envelope: Envelope | undefined;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(taken: TakenTask) {
    this.taken = taken;
    this.envelope = openEnvelope(taken.envelope);
  }

  get fence(): number {
    return this.taken.fence;
  }

  /** For events and errors; what cannot be read has no id of its own. */
  get id(): string {
    return this.envelope?.header.id ?? `fence-${this.fence}`;
  }

  /** Why it was aborted. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Does nothing the second time. */
  abort(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
