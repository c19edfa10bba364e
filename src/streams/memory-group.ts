/** One group of consumers in memory: what it has read, and what it has not acknowledged. */
import type { Clock } from '../clock.ts';
import { compareIds, nextId } from './entry-id.ts';
import type { LoggedEntry, MemoryLog } from './memory-log.ts';
import type { GroupState, PendingEntry, PendingQuery } from './store.ts';

export interface MemoryPending {
  readonly entry: LoggedEntry;
  /** `undefined`: given back, for the next one to take. */
  consumer: string | undefined;
  at: number;
  deliveries: number;
}

export interface MemoryConsumer {
  seenAt: number;
  /** Rises when an entry is taken from it. */
  claims: number;
}

export class MemoryGroup {
  readonly #clock: Clock;
  readonly #log: MemoryLog;
  readonly pending: Map<string, MemoryPending> = new Map();
  readonly consumers: Map<string, MemoryConsumer> = new Map();
  lastDeliveredId: string;

  constructor(clock: Clock, log: MemoryLog, after: string) {
    this.#clock = clock;
    this.#log = log;
    this.lastDeliveredId = after === '$' ? log.lastId : after;
  }

  /** By their ids. */
  ordered(): MemoryPending[] {
    return [...this.pending.values()].sort((a, b) => a.entry.number - b.entry.number);
  }

  heldBy(consumer: string): MemoryPending[] {
    return this.ordered().filter((each) => each.consumer === consumer);
  }

  isHeldBy(consumer: string, id: string): boolean {
    return this.pending.get(id)?.consumer === consumer;
  }

  /** Entries that the group was not given yet. */
  read(consumer: string, limit: number): MemoryPending[] {
    return this.#log.after(this.lastDeliveredId, limit).map((entry) => {
      const pending = { entry, consumer, at: this.#clock.now(), deliveries: 1 };
      this.pending.set(entry.id, pending);
      this.lastDeliveredId = entry.id;
      return pending;
    });
  }

  /** `undefined`, and no longer pending, when it is not in the stream any more. */
  orGone(pending: MemoryPending): MemoryPending | undefined {
    if (this.#log.get(pending.entry.id) !== undefined) return pending;
    this.pending.delete(pending.entry.id);
    return undefined;
  }

  /** Gives it to this consumer once more, if it still is in the stream. */
  take(pending: MemoryPending, consumer: string): MemoryPending | undefined {
    if (this.orGone(pending) === undefined) return undefined;
    const owner = pending.consumer === undefined ? undefined : this.consumers.get(pending.consumer);
    if (owner !== undefined) owner.claims++;
    pending.consumer = consumer;
    pending.at = this.#clock.now();
    pending.deliveries++;
    return pending;
  }

  idleMs(pending: MemoryPending): number {
    return Math.max(0, this.#clock.now() - pending.at);
  }

  /** The first id that it has yet to read or to acknowledge. */
  get oldestNeededId(): string {
    return this.ordered()[0]?.entry.id ?? nextId(this.lastDeliveredId);
  }

  seek(after: string): void {
    this.lastDeliveredId = after === '$' ? this.#log.lastId : after;
    for (const id of [...this.pending.keys()]) {
      if (compareIds(id, this.lastDeliveredId) > 0) this.pending.delete(id);
    }
    for (const consumer of this.consumers.values()) consumer.claims++;
  }

  list({ limit, after, consumer }: PendingQuery): PendingEntry[] {
    return this.ordered()
      .filter((each) => after === undefined || compareIds(each.entry.id, after) > 0)
      .filter((each) => consumer === undefined || each.consumer === consumer)
      .slice(0, limit)
      .map((each) => ({
        id: each.entry.id,
        consumer: each.consumer,
        idleMs: this.idleMs(each),
        deliveries: each.deliveries,
      }));
  }

  state(deadLetters: number): GroupState {
    const held = [...this.pending.values()];
    return {
      lag: this.#log.countAfter(this.lastDeliveredId),
      pending: held.length,
      lastDeliveredId: this.lastDeliveredId,
      consumers: [...this.consumers].map(([name, { seenAt }]) => ({
        name,
        pending: held.filter(({ consumer }) => consumer === name).length,
        idleMs: Math.max(0, this.#clock.now() - seenAt),
      })),
      deadLetters,
    };
  }
}
