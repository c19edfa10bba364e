/** What a consumer has to tell in its next turn, and then whoever listens. */
import { emit, isHeard } from '../telemetry/events.ts';
import type { DeliveryOutcome } from './delivery.ts';
import type { HeldEntry } from './held-entry.ts';
import type { ConsumerTurn } from './store.ts';

type Buried = DeliveryOutcome & { readonly kind: 'buried' };

export class ConsumerReports {
  #done: HeldEntry[] = [];
  #buried: { readonly held: HeldEntry; readonly outcome: Buried }[] = [];
  #released: { readonly held: HeldEntry; readonly deliveries: number }[] = [];
  readonly #retried = new Set<HeldEntry>();

  get isEmpty(): boolean {
    return this.#done.length + this.#buried.length + this.#released.length + this.#retried.size === 0;
  }

  get areOnlyDone(): boolean {
    return this.#done.length > 0 && this.#buried.length + this.#released.length + this.#retried.size === 0;
  }

  done(held: HeldEntry): void {
    held.letGo();
    this.#done.push(held);
    if (this.#retried.size > 0) this.#retried.delete(held);
  }

  buried(held: HeldEntry, outcome: Buried): void {
    this.#buried.push({ held, outcome });
    this.#retried.delete(held);
  }

  /** @param deliveries that are to count */
  released(held: HeldEntry, deliveries: number): void {
    this.#released.push({ held, deliveries });
    this.#retried.delete(held);
  }

  /** Its next delivery begins. */
  retried(held: HeldEntry): void {
    this.#retried.add(held);
  }

  /** Says nothing of an entry that is another's. @returns it, when it had ended here */
  remove(id: string): HeldEntry | undefined {
    const ended = this.#done.find((held) => held.id === id) ?? this.#buried.find(({ held }) => held.id === id)?.held;
    this.#done = this.#done.filter((held) => held.id !== id);
    this.#buried = this.#buried.filter(({ held }) => held.id !== id);
    this.#released = this.#released.filter(({ held }) => held.id !== id);
    for (const held of this.#retried) if (held.id === id) this.#retried.delete(held);
    return ended;
  }

  /** Adds those of a turn that was not answered, to be told again: each takes effect once. */
  restore(earlier: ConsumerReports): void {
    this.#done = [...earlier.#done, ...this.#done];
    this.#buried = [...earlier.#buried, ...this.#buried];
    this.#released = [...earlier.#released, ...this.#released];
    const ended = new Set([...this.#done, ...[...this.#buried, ...this.#released].map(({ held }) => held)]);
    for (const held of earlier.#retried) if (!ended.has(held)) this.#retried.add(held);
  }

  forTurn(): Pick<ConsumerTurn, 'acknowledged' | 'retried' | 'buried' | 'released'> {
    return {
      acknowledged: this.#done.map(({ id }) => id),
      retried: this.#retried.size === 0 ? [] : [...this.#retried].map(({ id, deliveries }) => ({ id, deliveries })),
      buried: this.#buried.map(({ held, outcome }) => ({ id: held.id, death: outcome.death })),
      released: this.#released.map(({ held, deliveries }) => ({ id: held.id, deliveries })),
    };
  }

  /** Only what the store has accepted. */
  tell(about: { readonly stream: string; readonly group: string }, stale: ReadonlySet<string>): void {
    const isPlain = stale.size === 0 && !isHeard('stream.entry.done');
    for (const held of isPlain ? [] : this.#done) {
      const name = stale.has(held.id) ? 'stream.entry.stale' : 'stream.entry.done';
      emit(name, { ...about, id: held.eventId });
    }
    for (const { held, outcome } of this.#buried) {
      const { error, reason } = outcome;
      if (stale.has(held.id)) emit('stream.entry.stale', { ...about, id: held.eventId });
      else emit('stream.entry.buried', { ...about, id: held.eventId, error, reason });
    }
  }
}
