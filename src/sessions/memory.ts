import { type Clock, systemClock } from '../clock.ts';
import type { RawValue, SessionCodec } from './codec.ts';
import type { SessionEndReason } from './errors.ts';
import { expiresAt, renewalGapMs } from './expiry.ts';
import { jsonCodec } from './json-codec.ts';
import { dataSizeBytes, sameRawValue } from './raw-value.ts';
import type { SessionKey } from './session-id.ts';
import type { SessionRecord, SessionStore } from './store.ts';

export interface MemorySessionStoreOptions {
  readonly codec?: SessionCodec;
  readonly clock?: Clock;
  /** How often expired sessions are swept out, in milliseconds. @default 30000 */
  readonly sweepEveryMs?: number;
}

/** A session store that can say how many sessions it holds. */
export interface MemorySessionStore extends SessionStore {
  /** Live sessions, without those that have expired. */
  count(): number;
}

interface Entry extends Omit<SessionRecord, 'lastAccess' | 'expiresAt' | 'readAt' | 'data' | 'role'> {
  role?: string;
  lastAccess: number;
  readonly data: Map<string, RawValue>;
  dataBytes: number;
}

interface Tombstone {
  readonly reason: SessionEndReason;
  readonly until: number;
}

/**
 * Keeps sessions in this process: for development, tests and a single server. A restart forgets them, and no other
 * server sees them. Each method runs in one turn of the event loop, which makes it atomic.
 */
export function memorySessionStore(options: MemorySessionStoreOptions = {}): MemorySessionStore {
  const { codec = jsonCodec, clock = systemClock, sweepEveryMs = 30_000 } = options;
  const live = new Map<string, Entry>();
  const tombstones = new Map<string, Tombstone>();
  const sweeper = setInterval(sweep, sweepEveryMs);
  sweeper.unref();

  const nameOf = (key: SessionKey) => `${key.tag}.${key.hash}`;
  const endOf = (entry: Entry) => expiresAt(entry.lastAccess, entry.idleMs, entry.absoluteAt);

  function sweep(): void {
    const now = clock.now();
    for (const [name, entry] of live) if (endOf(entry) <= now) live.delete(name);
    for (const [name, { until }] of tombstones) if (until <= now) tombstones.delete(name);
  }

  function find(name: string, now: number): Entry | undefined {
    const entry = live.get(name);
    if (entry === undefined) return undefined;
    if (endOf(entry) > now) return entry;
    live.delete(name);
    return undefined;
  }

  function absence(name: string, now: number): { status: 'missing' } | { status: 'ended'; reason: SessionEndReason } {
    const tombstone = tombstones.get(name);
    if (tombstone === undefined || tombstone.until <= now) return { status: 'missing' };
    return { status: 'ended', reason: tombstone.reason };
  }

  function snapshot({ dataBytes: _, ...rest }: Entry, readAt: number): SessionRecord {
    const { lastAccess, idleMs, absoluteAt, data } = rest;
    return { ...rest, data: new Map(data), expiresAt: expiresAt(lastAccess, idleMs, absoluteAt), readAt };
  }

  function isDue({ lastAccess, idleMs }: Entry, now: number): boolean {
    return idleMs !== undefined && now - lastAccess >= renewalGapMs(idleMs);
  }

  return {
    codec,
    count: () => {
      sweep();
      return live.size;
    },
    create: async (key, { idleMs, absoluteMs, data, ...known }) => {
      const now = clock.now();
      const entry: Entry = {
        ...known,
        createdAt: now,
        lastAccess: now,
        ...(known.userId === undefined ? {} : { loginTime: now }),
        idleMs,
        absoluteAt: absoluteMs === undefined ? undefined : now + absoluteMs,
        data: new Map(data),
        dataBytes: dataSizeBytes(data),
      };
      live.set(nameOf(key), entry);
      return snapshot(entry, now);
    },
    read: async (key, { renew }) => {
      const now = clock.now();
      const entry = find(nameOf(key), now);
      if (entry === undefined) return absence(nameOf(key), now);
      if (renew === true || (renew === 'due' && isDue(entry, now))) entry.lastAccess = now;
      return { status: 'live', record: snapshot(entry, now) };
    },
    change: async (key, { set, remove, expect, maxDataBytes }) => {
      const now = clock.now();
      const entry = find(nameOf(key), now);
      if (entry === undefined) return absence(nameOf(key), now);
      if (expect !== undefined) {
        const value = entry.data.get(expect.field);
        if (!sameRawValue(value, expect.value)) return { status: 'conflict', value };
      }
      const changed = new Map(entry.data);
      for (const field of remove) changed.delete(field);
      for (const [field, value] of set) changed.set(field, value);
      const sizeBytes = dataSizeBytes(changed);
      if (sizeBytes > maxDataBytes && sizeBytes > entry.dataBytes) return { status: 'too-large', sizeBytes };
      entry.data.clear();
      for (const [field, value] of changed) entry.data.set(field, value);
      entry.dataBytes = sizeBytes;
      return { status: 'changed' };
    },
    rotate: async (from, to, { role, tombstoneMs }) => {
      const now = clock.now();
      const entry = find(nameOf(from), now);
      if (entry === undefined) return absence(nameOf(from), now).status;
      live.delete(nameOf(from));
      tombstones.set(nameOf(from), { reason: 'rotated', until: now + tombstoneMs });
      if (role !== undefined) entry.role = role;
      live.set(nameOf(to), entry);
      return 'rotated';
    },
    end: async (key, { reason, tombstoneMs }) => {
      const now = clock.now();
      if (find(nameOf(key), now) === undefined) return false;
      live.delete(nameOf(key));
      tombstones.set(nameOf(key), { reason, until: now + tombstoneMs });
      return true;
    },
    close: async () => {
      clearInterval(sweeper);
      live.clear();
      tombstones.clear();
    },
  };
}
