import { type Clock, systemClock } from '../clock.ts';
import { RedisReplyError } from '../redis/errors.ts';
import { eventOf } from './entry-fields.ts';
import { compareIds, firstIdAt } from './entry-id.ts';
import { checkStreamName } from './keys.ts';
import { MemoryDeadLetters } from './memory-dead-letters.ts';
import { MemoryGroup, type MemoryPending } from './memory-group.ts';
import { MemoryLog } from './memory-log.ts';
import { takeTurn } from './memory-turn.ts';
import { News } from './news.ts';
import type { AppendResult, ConsumerTurn, NewEntry, StreamStore, TrimLimits } from './store.ts';

export interface MemoryStreamStoreOptions {
  readonly name: string;
  /** @default the system's clock */
  readonly clock?: Clock;
}

/**
 * Keeps a stream in this process: for development, tests and a single server. A restart loses its events, and no other
 * process sees them. Each method runs in one turn of the event loop, which makes it atomic.
 * @throws InvalidOptionError for a name that Redis would refuse as well
 */
export function memoryStreamStore({ name, clock = systemClock }: MemoryStreamStoreOptions): StreamStore {
  checkStreamName(name);
  return new MemoryStreamStore(clock);
}

class MemoryStreamStore implements StreamStore {
  readonly #clock: Clock;
  readonly #log: MemoryLog;
  readonly #groups = new Map<string, MemoryGroup>();
  readonly #dead = new Map<string, MemoryDeadLetters>();
  readonly #keys = new Map<string, { readonly id: string; readonly until: number }>();
  readonly #news = new News();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#log = new MemoryLog(clock);
  }

  async append(entries: readonly NewEntry[], keyTtlMs: number): Promise<AppendResult> {
    const duplicates: number[] = [];
    const ids = entries.map(({ event, trace, key }, index) => {
      const known = key === undefined ? undefined : this.#keys.get(key);
      if (known !== undefined && known.until > this.#clock.now()) {
        duplicates.push(index);
        return known.id;
      }
      const id = this.#append(trace === undefined ? ['event', event] : ['event', event, 'trace', trace]);
      if (key !== undefined) this.#remember(key, id, keyTtlMs);
      return id;
    });
    return { ids, duplicates };
  }

  #append(fields: readonly string[]): string {
    const id = this.#log.append(fields);
    this.#news.tell(id);
    return id;
  }

  #remember(key: string, id: string, ttlMs: number): void {
    const now = this.#clock.now();
    // Those in front were remembered first.
    for (const [old, { until }] of this.#keys) {
      if (until > now) break;
      this.#keys.delete(old);
    }
    this.#keys.delete(key);
    this.#keys.set(key, { id, until: now + ttlMs });
  }

  async range(from: string, to: string, limit: number, order: 'ascending' | 'descending') {
    const found = this.#log.between(from, to, limit, order === 'descending');
    if (order === 'descending') found.reverse();
    return found.map(({ id, fields }) => ({ id, ...eventOf(fields) }));
  }

  async length(): Promise<number> {
    return this.#log.length;
  }

  async state() {
    const { length, first, lastId, added } = this.#log;
    return {
      length,
      firstId: first?.id,
      lastId: added === 0 ? undefined : lastId,
      added,
      groups: [...this.#groups.keys()],
    };
  }

  async trim({ maxLength, maxAgeMs, keepsUnacknowledged }: TrimLimits): Promise<number> {
    let excess = maxLength === undefined ? 0 : Math.max(0, this.#log.length - maxLength);
    if (maxAgeMs !== undefined) {
      excess = Math.max(excess, this.#log.countBefore(firstIdAt(this.#clock.now() - Math.ceil(maxAgeMs))));
    }
    if (keepsUnacknowledged) {
      const needed = [...this.#groups.values()].map((group) => group.oldestNeededId).sort(compareIds)[0];
      if (needed !== undefined) excess = Math.min(excess, this.#log.countBefore(needed));
    }
    this.#log.removeOldest(excess);
    return excess;
  }

  wait(after: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    return this.#news.wait(after, timeoutMs, signal);
  }

  async createGroup(name: string, after: string): Promise<boolean> {
    return this.#create(name, after);
  }

  #create(name: string, after: string): boolean {
    if (this.#groups.has(name)) return false;
    this.#groups.set(name, new MemoryGroup(this.#clock, this.#log, after));
    return true;
  }

  async turn(turn: ConsumerTurn) {
    if (turn.joinsAfter !== undefined) this.#create(turn.group, turn.joinsAfter);
    const group = this.#groups.get(turn.group);
    if (group === undefined) throw new RedisReplyError('NOGROUP', `There is no group ${turn.group}.`);
    return takeTurn(
      {
        clock: this.#clock,
        group,
        lastId: () => this.#log.lastId,
        bury: (pending, death) => this.#bury(turn.group, group, pending, death),
      },
      turn,
    );
  }

  #bury(name: string, group: MemoryGroup, { entry }: MemoryPending, death: string): void {
    group.pending.delete(entry.id);
    const first = eventOf(entry.fields).redriven?.id ?? entry.id;
    // As in Redis, where the entry is looked up: what was trimmed away has nothing left.
    this.#deadOf(name).bury(first, this.#log.get(entry.id)?.fields ?? [], death);
  }

  #deadOf(group: string): MemoryDeadLetters {
    const dead = this.#dead.get(group) ?? new MemoryDeadLetters(this.#clock);
    this.#dead.set(group, dead);
    return dead;
  }

  async leave(name: string, consumer: string, started: readonly string[]): Promise<number> {
    const group = this.#groups.get(name);
    if (group === undefined) return 0;
    const begun = new Set(started);
    const held = group.heldBy(consumer);
    for (const pending of held) {
      if (!begun.has(pending.entry.id)) pending.deliveries--;
      pending.consumer = undefined;
      pending.at = this.#clock.now();
    }
    group.consumers.delete(consumer);
    return held.length;
  }

  async groupState(name: string) {
    return this.#groups.get(name)?.state(this.#dead.get(name)?.size ?? 0);
  }

  async pending(name: string, query: { readonly limit: number; readonly after?: string; readonly consumer?: string }) {
    return this.#groups.get(name)?.list(query) ?? [];
  }

  async seek(name: string, after: string): Promise<boolean> {
    this.#groups.get(name)?.seek(after);
    return this.#groups.has(name);
  }

  async removeGroup(name: string): Promise<boolean> {
    return this.#groups.delete(name);
  }

  deadLetters(group: string) {
    return this.#deadOf(group).open(({ event = '', trace }, id) => {
      const traced = trace === undefined ? [] : ['trace', trace];
      this.#append(['event', event, ...traced, 'redriven', `${group} ${id}`]);
    });
  }

  async close(): Promise<void> {
    this.#news.close();
  }
}
