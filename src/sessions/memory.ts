import { type Clock, systemClock } from '../clock.ts';
import type { SessionCodec } from './codec.ts';
import { renewalGapMs } from './expiry.ts';
import { jsonCodec } from './json-codec.ts';
import { type Entry, MemorySessions } from './memory-sessions.ts';
import { memoryUserSessions } from './memory-user-sessions.ts';
import { dataSizeBytes, sameRawValue } from './raw-value.ts';
import type { SessionStore } from './store.ts';

export interface MemorySessionStoreOptions {
  readonly codec?: SessionCodec;
  readonly clock?: Clock;
  /** How often expired sessions are swept out, in milliseconds. @default 30000 */
  readonly sweepEveryMs?: number;
  /** Lets the sessions of users be told of that ran out. @default false */
  readonly expiryEvents?: boolean;
}

/** A session store that can say how many sessions it holds. */
export interface MemorySessionStore extends SessionStore {
  /** Live sessions, without those that have expired. */
  count(): number;
}

/**
 * Keeps sessions in this process: for development, tests and a single server. A restart forgets them, and no other
 * server sees them. Each method runs in one turn of the event loop, which makes it atomic.
 */
export function memorySessionStore(options: MemorySessionStoreOptions = {}): MemorySessionStore {
  const { codec = jsonCodec, clock = systemClock, sweepEveryMs = 30_000, expiryEvents = false } = options;
  const sessions = new MemorySessions(clock, expiryEvents);
  const sweeper = setInterval(() => sessions.sweep(), sweepEveryMs);
  sweeper.unref();

  function isDue({ lastAccess, idleMs }: Entry, now: number): boolean {
    return idleMs !== undefined && now - lastAccess >= renewalGapMs(idleMs);
  }

  return {
    codec,
    users: memoryUserSessions(sessions, expiryEvents),
    count: () => {
      sessions.sweep();
      return sessions.size;
    },
    create: async (key, record) => {
      const now = clock.now();
      return sessions.snapshot(sessions.add(key, record, now, now));
    },
    read: async (key, { renew }) => {
      const now = clock.now();
      const entry = sessions.find(key);
      if (entry === undefined) return sessions.absence(key);
      if (renew === true || (renew === 'due' && isDue(entry, now))) entry.lastAccess = now;
      return { status: 'live', record: sessions.snapshot(entry) };
    },
    change: async (key, { set, remove, expect, maxDataBytes }) => {
      const entry = sessions.find(key);
      if (entry === undefined) return sessions.absence(key);
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
    retime: async (key, { idleMs }) => {
      const entry = sessions.find(key);
      if (entry === undefined) return { status: sessions.absence(key).status };
      entry.idleMs = idleMs;
      entry.lastAccess = clock.now();
      return { status: 'changed', lastAccess: entry.lastAccess };
    },
    rotate: async (from, to, { role, tombstoneMs }) => {
      const entry = sessions.find(from);
      if (entry === undefined) return sessions.absence(from).status;
      sessions.move(entry, to, tombstoneMs);
      if (role !== undefined) entry.role = role;
      return 'rotated';
    },
    end: async (key, { reason, tombstoneMs }) => {
      const entry = sessions.find(key);
      if (entry === undefined) return undefined;
      sessions.bury(entry, reason, tombstoneMs);
      return { data: entry.data };
    },
    close: async () => {
      clearInterval(sweeper);
      sessions.clear();
    },
  };
}
