/** The sessions of each user in this process. */
import { typeOf } from './device-limits.ts';
import { type Entry, endOf, type MemorySessions } from './memory-sessions.ts';
import type {
  EndedSession,
  SessionAdmission,
  SessionLimitScope,
  SessionSelection,
  UserSessions,
} from './user-sessions.ts';

/** An evicted session is told why as long as it would have lived, a day at most. */
const longestTombstoneMs = 86_400_000;
const mostListed = 1_000;

/** Each method runs in one turn of the event loop, which makes it atomic. */
export function memoryUserSessions(sessions: MemorySessions, tellsExpired: boolean): UserSessions {
  function endAll(entries: readonly Entry[], reason: string, tombstoneMs: number): EndedSession[] {
    const now = sessions.clock.now();
    return entries.map((entry) => {
      const restMs = Math.min(endOf(entry) - now, longestTombstoneMs);
      sessions.bury(entry, reason, Math.max(restMs, tombstoneMs));
      return { hash: entry.key.hash, createdAt: entry.createdAt, deviceType: typeOf(entry.device) };
    });
  }

  return {
    admit: async (key, record, admission) => {
      const now = sessions.clock.now();
      const all = sessions.listed(key.tag);
      const replaced = all.find((entry) => entry.key.hash === admission.replaces?.hash);
      const same = all.filter((entry) => entry !== replaced && isSameDevice(entry, record.device?.id));
      const others = all.filter((entry) => entry !== replaced && !same.includes(entry));
      const alike = others.filter((entry) => typeOf(entry.device) === typeOf(record.device));
      const met = metLimit(others.length, alike.length, admission);
      if (met !== undefined && admission.whenFull === 'reject') return { status: 'full', scope: met };
      const newest = all.at(-1)?.createdAt ?? 0;
      const entry = sessions.add(key, record, Math.max(now, newest + 1), now);
      sessions.list(entry);
      const room = met !== undefined && admission.whenFull === 'evict-oldest' ? tooMany(others, alike, admission) : [];
      const evicted = endAll([...same, ...room], 'evicted', admission.tombstoneMs);
      const visitor = admission.replaces === undefined ? undefined : sessions.find(admission.replaces);
      if (visitor !== undefined) sessions.bury(visitor, 'rotated', admission.tombstoneMs);
      const remains = visitor && { data: visitor.data };
      return { status: 'admitted', record: sessions.snapshot(entry), evicted, replaced: remains, met };
    },
    list: async (tag) =>
      sessions
        .listed(tag)
        .reverse()
        .slice(0, mostListed)
        .map((entry) => ({ hash: entry.key.hash, record: sessions.snapshot(entry) })),
    end: async (tag, selection, { reason, tombstoneMs }) => {
      const all = sessions.listed(tag);
      const isSparing = typeof selection === 'object' && 'except' in selection;
      if (isSparing && !all.some(({ createdAt }) => createdAt === selection.except)) return undefined;
      return endAll(
        all.filter(({ createdAt }) => isMeant(createdAt, selection)),
        reason,
        tombstoneMs,
      );
    },
    ...(tellsExpired ? { takeExpired: async () => sessions.takeExpired() } : {}),
  };
}

function isSameDevice({ device }: Entry, id: string | undefined): boolean {
  return id !== undefined && device?.id === id;
}

function metLimit(
  others: number,
  alike: number,
  { perUser = Infinity, perDeviceType = Infinity }: SessionAdmission,
): SessionLimitScope | undefined {
  if (alike >= perDeviceType) return 'device-type';
  return others >= perUser ? 'user' : undefined;
}

/** The oldest, so that the limits hold with one more: first of the same type, then of all. */
function tooMany(
  others: readonly Entry[],
  alike: readonly Entry[],
  { perUser = Infinity, perDeviceType = Infinity }: SessionAdmission,
): Entry[] {
  const going = alike.slice(0, Math.max(0, alike.length - perDeviceType + 1));
  const rest = others.filter((entry) => !going.includes(entry));
  return [...going, ...rest.slice(0, Math.max(0, rest.length - perUser + 1))];
}

function isMeant(createdAt: number, selection: SessionSelection): boolean {
  if (selection === 'all') return true;
  return 'only' in selection ? selection.only.includes(createdAt) : createdAt !== selection.except;
}
