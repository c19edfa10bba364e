import type { Envelope, FailedAttempt } from './envelope.ts';
import type { HeldTask } from './held-task.ts';
import type { Task } from './task.ts';

const noFailures: readonly FailedAttempt[] = [];

/** What its handler sees of a task. What few handlers ask for is made when it is asked for. */
export class RunningTask<Payload> implements Task<Payload> {
  readonly id: string;
  readonly payload: Payload;
  readonly fence: number;
  readonly #envelope: Envelope;
  readonly #held: HeldTask;
  readonly #progress: (id: string, value: unknown) => Promise<void>;

  constructor(
    held: HeldTask,
    envelope: Envelope,
    payload: Payload,
    progress: (id: string, value: unknown) => Promise<void>,
  ) {
    this.id = envelope.header.id;
    this.payload = payload;
    this.fence = held.fence;
    this.#envelope = envelope;
    this.#held = held;
    this.#progress = progress;
  }

  get type(): string | undefined {
    return this.#envelope.header.type;
  }

  get key(): string | undefined {
    return this.#envelope.header.key;
  }

  get attempt(): number {
    return this.failures.length + this.#envelope.losses + 1;
  }

  get addedAt(): Date {
    return new Date(this.#envelope.header.at);
  }

  get failures(): readonly FailedAttempt[] {
    return this.#envelope.header.failures ?? noFailures;
  }

  get signal(): AbortSignal {
    return this.#held.signal;
  }

  get trace(): string | undefined {
    return this.#envelope.header.trace;
  }

  /** A function of its own, so that a handler may take it out of the task. */
  get progress(): (value: unknown) => Promise<void> {
    return (value) => this.#progress(this.id, value);
  }
}
