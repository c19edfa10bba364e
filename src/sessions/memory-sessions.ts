/** The sessions of one process with their tombstones and the lists of users: what the methods of the memory store work on. */
import type { Clock } from '../clock.ts';
import type { RawValue } from './codec.ts';
import { typeOf } from './device-limits.ts';
import type { SessionEndReason } from './errors.ts';
import { expiresAt } from './expiry.ts';
import { dataSizeBytes } from './raw-value.ts';
import type { SessionKey } from './session-id.ts';
import type { NewSessionRecord, SessionRecord } from './store.ts';
import type { ExpiredSession } from './user-sessions.ts';

export interface Entry extends Omit<SessionRecord, 'lastAccess' | 'expiresAt' | 'readAt' | 'data' | 'role' | 'idleMs'> {
  /** Moves when the session gets a new id. */
  key: SessionKey;
  role?: string;
  lastAccess: number;
  idleMs: number | undefined;
  readonly data: Map<string, RawValue>;
  dataBytes: number;
}

interface Tombstone {
  readonly reason: SessionEndReason;
  readonly until: number;
}

export class MemorySessions {
  readonly clock: Clock;
  readonly #live = new Map<string, Entry>();
  readonly #tombstones = new Map<string, Tombstone>();
  /** By tag, the listed ones in the order in which they were opened. */
  readonly #listed = new Map<string, Set<Entry>>();
  /** Not told yet; `undefined`: nobody asks. */
  #expired: ExpiredSession[] | undefined;

  constructor(clock: Clock, tellsExpired: boolean) {
    this.clock = clock;
    this.#expired = tellsExpired ? [] : undefined;
  }

  get size(): number {
    return this.#live.size;
  }

  add(key: SessionKey, record: NewSessionRecord, createdAt: number, now: number): Entry {
    const { idleMs, absoluteMs, data, ...known } = record;
    const entry: Entry = {
      ...known,
      key,
      createdAt,
      lastAccess: now,
      ...(known.userId === undefined ? {} : { loginTime: createdAt }),
      idleMs,
      absoluteAt: absoluteMs === undefined ? undefined : now + absoluteMs,
      data: new Map(data),
      dataBytes: dataSizeBytes(data),
    };
    this.#live.set(nameOf(key), entry);
    return entry;
  }

  list(entry: Entry): void {
    const { tag } = entry.key;
    const known = this.#listed.get(tag);
    if (known === undefined) this.#listed.set(tag, new Set([entry]));
    else known.add(entry);
  }

  /** The live ones that are listed, the oldest first. */
  listed(tag: string): Entry[] {
    const now = this.clock.now();
    const entries = [...(this.#listed.get(tag) ?? [])];
    return entries.filter((entry) => this.#isLive(entry, now));
  }

  find(key: SessionKey): Entry | undefined {
    const entry = this.#live.get(nameOf(key));
    return entry !== undefined && this.#isLive(entry, this.clock.now()) ? entry : undefined;
  }

  absence(key: SessionKey): { status: 'missing' } | { status: 'ended'; reason: SessionEndReason } {
    const tombstone = this.#tombstones.get(nameOf(key));
    if (tombstone === undefined || tombstone.until <= this.clock.now()) return { status: 'missing' };
    return { status: 'ended', reason: tombstone.reason };
  }

  bury(entry: Entry, reason: SessionEndReason, tombstoneMs: number): void {
    this.#remove(entry);
    this.#tombstones.set(nameOf(entry.key), { reason, until: this.clock.now() + tombstoneMs });
  }

  move(entry: Entry, to: SessionKey, tombstoneMs: number): void {
    const from = nameOf(entry.key);
    this.#live.delete(from);
    this.#tombstones.set(from, { reason: 'rotated', until: this.clock.now() + tombstoneMs });
    entry.key = to;
    this.#live.set(nameOf(to), entry);
  }

  snapshot({ key: _, dataBytes: __, ...rest }: Entry): SessionRecord {
    const { lastAccess, idleMs, absoluteAt, data } = rest;
    const readAt = this.clock.now();
    return { ...rest, data: new Map(data), expiresAt: expiresAt(lastAccess, idleMs, absoluteAt), readAt };
  }

  sweep(): void {
    const now = this.clock.now();
    for (const entry of this.#live.values()) this.#isLive(entry, now);
    for (const [name, { until }] of this.#tombstones) if (until <= now) this.#tombstones.delete(name);
  }

  takeExpired(): ExpiredSession[] {
    this.sweep();
    return this.#expired?.splice(0) ?? [];
  }

  clear(): void {
    this.#live.clear();
    this.#tombstones.clear();
    this.#listed.clear();
    this.#expired = undefined;
  }

  /** Drops it when its time is over. */
  #isLive(entry: Entry, now: number): boolean {
    if (endOf(entry) > now) return true;
    const wasListed = this.#remove(entry);
    const { userId, createdAt, device } = entry;
    if (wasListed && userId !== undefined) this.#expired?.push({ userId, createdAt, deviceType: typeOf(device) });
    return false;
  }

  /** @returns whether it was listed */
  #remove(entry: Entry): boolean {
    this.#live.delete(nameOf(entry.key));
    const { tag } = entry.key;
    const listed = this.#listed.get(tag);
    const wasListed = listed?.delete(entry) === true;
    if (listed?.size === 0) this.#listed.delete(tag);
    return wasListed;
  }
}

export function endOf({ lastAccess, idleMs, absoluteAt }: Entry): number {
  return expiresAt(lastAccess, idleMs, absoluteAt);
}

function nameOf({ tag, hash }: SessionKey): string {
  return `${tag}.${hash}`;
}
