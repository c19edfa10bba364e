/** A session store that answers from this server's memory while it is proven to hear of every change. */
import { RedisUnavailableError } from '../redis/errors.ts';
import { defaultNamespace } from '../redis/keys.ts';
import type { RedisPort } from '../redis/port.ts';
import { emit } from '../telemetry/events.ts';
import { CoherentCopies, type Copy, type Reading } from './coherent-copies.ts';
import { CoherentLease } from './coherent-lease.ts';
import { type CoherentOptions, copyLimits } from './coherent-options.ts';
import { expiresAt, renewalGapMs, renewalParts } from './expiry.ts';
import { hashOfKey } from './keys.ts';
import { type RedisSessionStoreOptions, redisSessionStore } from './redis-store.ts';
import type { SessionKey } from './session-id.ts';
import type { SessionLookup, SessionReadOptions, SessionRecord, SessionStore } from './store.ts';
import type { UserSessions } from './user-sessions.ts';

export interface CoherentSessionStoreOptions extends RedisSessionStoreOptions {
  /** `false`: reads go to Redis, and copies serve only for `staleSeconds` while it is away. @default true */
  readonly coherent?: boolean | CoherentOptions;
  /**
   * How old a copy may be that answers a read while Redis is away, in seconds, 0 to 3600. It may show a session that was
   * ended elsewhere meanwhile. 0: such reads are refused (503).
   * @default 0
   */
  readonly staleSeconds?: number;
}

/**
 * Sessions in Redis, served from this server's memory. On a cluster, and wherever changes cannot be heard, it is as
 * `redisSessionStore` and says so once (`session.coherence.unavailable`).
 *
 * Renewals are coalesced: a session is renewed when a tenth of its idle time has passed since the last renewal, and the time
 * to live in Redis covers that tenth. So nobody is logged out early, and who stops is gone a tenth late at most.
 * @throws InvalidOptionError
 */
export function coherentSessionStore(redis: RedisPort, options: CoherentSessionStoreOptions = {}): SessionStore {
  const { coherent = true, staleSeconds = 0, ...storeOptions } = options;
  const limits = copyLimits(coherent, staleSeconds);
  const store = redisSessionStore(redis, storeOptions);
  const copies = new CoherentCopies(limits.maxSessions, limits.staleMs);
  const isCoherent = limits.leaseMs !== undefined;
  const lease =
    limits.leaseMs === undefined
      ? undefined
      : new CoherentLease(redis, storeOptions.namespace ?? defaultNamespace, limits.leaseMs, {
          changed: (keys) => {
            if (keys === null) copies.clear();
            else for (const key of keys) copies.forget(hashOfKey(key));
          },
          lost: (provenAt) => copies.endEpoch(provenAt),
        });
  const joinableMs = limits.leaseMs ?? 0;

  function read(key: SessionKey, renew: boolean | 'due'): Promise<SessionLookup> {
    const now = performance.now();
    const under = copies.reading(key);
    // What is heard meanwhile takes it off the list; what is not, the lease bounds.
    const isJoinable = under?.renew === renew && now - under.sentAt < joinableMs && lease?.isValid(now) === true;
    if (isJoinable) return under.found;
    const reading: Reading = { tag: key.tag, epoch: copies.epoch, sentAt: now, renew, found: finish() };
    copies.begin(key, reading);
    return reading.found;

    async function finish(): Promise<SessionLookup> {
      const found = await store.read(key, { renew }).catch((error: unknown) => {
        copies.finish(key, reading);
        return whileAway(key, error);
      });
      if (copies.finish(key, reading) && found.status === 'live') copies.keep(key, found.record, reading);
      return found;
    }
  }

  /** @throws what was given, unless a copy may answer in its place */
  function whileAway(key: SessionKey, error: unknown): SessionLookup {
    if (!(error instanceof RedisUnavailableError) || error.reason === 'closed') throw error;
    const now = performance.now();
    const copy = copies.getStale(key, now, lease?.provenAt ?? 0);
    if (copy === undefined || now + copy.storeOffset >= copy.record.expiresAt) throw error;
    emit('session.stale', { ageMs: Math.round(now - copy.provenAt) });
    return { status: 'live', record: copy.record };
  }

  /** Nobody waits for it. The renewal is a change as any other, heard here too: the copy is made anew behind it. */
  function renew(key: SessionKey, copy: Copy): void {
    copy.isRenewing = true;
    store
      .read(key, { renew: 'due' })
      .then(() => read(key, 'due'))
      .catch(() => {
        copy.isRenewing = false;
      });
  }

  function peek(key: SessionKey, { renew: mode }: SessionReadOptions): SessionLookup | undefined {
    const now = performance.now();
    if (lease?.isValid(now) !== true) return undefined;
    const copy = copies.get(key);
    if (copy === undefined) return undefined;
    const { record } = copy;
    const storeNow = Math.floor(now + copy.storeOffset);
    if (storeNow >= record.expiresAt) return undefined;
    if (mode === false) return { status: 'live', record: asSeen(record, record.lastAccess) };
    if (storeNow >= copy.renewalDueAt && !copy.isRenewing) renew(key, copy);
    return { status: 'live', record: asSeen(record, storeNow) };
  }

  async function changed<Result>(key: SessionKey, change: Promise<Result>): Promise<Result> {
    try {
      return await change;
    } finally {
      // Also when nobody knows whether it was carried out.
      copies.forget(key.hash);
    }
  }

  return {
    codec: store.codec,
    users: store.users && coherentUserSessions(store.users, copies, isCoherent),
    ...(isCoherent ? { peek } : {}),
    read: async (key, options) => {
      if (!isCoherent) return read(key, options.renew);
      const known = peek(key, options);
      if (known !== undefined) return known;
      const found = await read(key, options.renew && 'due');
      if (found.status !== 'live') return found;
      const { record } = found;
      return { status: 'live', record: asSeen(record, options.renew ? record.readAt : record.lastAccess) };
    },
    create: async (key, record) => {
      if (!isCoherent || record.idleMs === undefined) return store.create(key, record);
      const created = await store.create(key, { ...record, idleMs: storedIdleMs(record.idleMs) });
      return asSeen(created, created.lastAccess);
    },
    change: (key, change) => changed(key, store.change(key, change)),
    retime: (key, { idleMs, ...rest }) =>
      changed(key, store.retime(key, { ...rest, idleMs: isCoherent ? storedIdleMs(idleMs) : idleMs })),
    rotate: (from, to, rotation) => changed(from, store.rotate(from, to, rotation)),
    end: (key, ending) => changed(key, store.end(key, ending)),
    close: async () => {
      await lease?.close();
      copies.clear();
      await store.close();
    },
  };
}

/** What the store changes for a user is forgotten here at once; elsewhere it is heard of. */
function coherentUserSessions(users: UserSessions, copies: CoherentCopies, isCoherent: boolean): UserSessions {
  return {
    ...users,
    admit: async (key, record, admission) => {
      const { idleMs } = record;
      const stored = isCoherent && idleMs !== undefined ? { ...record, idleMs: storedIdleMs(idleMs) } : record;
      try {
        const result = await users.admit(key, stored, admission);
        if (result.status === 'full') return result;
        for (const { hash } of result.evicted) copies.forget(hash);
        if (!isCoherent) return result;
        return { ...result, record: asSeen(result.record, result.record.lastAccess) };
      } finally {
        if (admission.replaces !== undefined) copies.forget(admission.replaces.hash);
      }
    },
    list: async (tag) => {
      const sessions = await users.list(tag);
      if (!isCoherent) return sessions;
      return sessions.map(({ hash, record }) => ({ hash, record: asSeen(record, record.lastAccess) }));
    },
    end: async (tag, selection, ending) => {
      const ended = await users.end(tag, selection, ending);
      for (const { hash } of ended ?? []) copies.forget(hash);
      return ended;
    },
  };
}

/** The idle time with the gap between two renewals on top, which `renewalGapMs` takes off again to the millisecond. */
function storedIdleMs(idleMs: number): number {
  return idleMs + Math.floor(idleMs / (renewalParts - 1));
}

type Times = Pick<SessionRecord, 'lastAccess' | 'idleMs' | 'expiresAt'>;

/** The record as it would be had this access renewed it: without the gap that only the store knows of. */
function asSeen<Seen extends Omit<SessionRecord, 'data'>>(record: Seen, lastAccess: number): Seen {
  // Members given in the literal would be defined one by one, which takes thrice as long as the rest of a read.
  const seen: Seen & { -readonly [Member in keyof Times]: Times[Member] } = { ...record };
  seen.lastAccess = lastAccess;
  if (record.idleMs !== undefined) {
    seen.idleMs = record.idleMs - renewalGapMs(record.idleMs);
    seen.expiresAt = expiresAt(lastAccess, seen.idleMs, record.absoluteAt);
  }
  return seen;
}
