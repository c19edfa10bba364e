import { type Clock, systemClock } from '../clock.ts';
import { ExpiringMap } from '../expiring-map.ts';
import { type Beat, leaveGraceMs, mostPassedOver, type PresenceRecord, type PresenceStore } from './store.ts';

interface OnlineEntry {
  readonly userId: string;
  /** In µs, and of no two users the same: the order of the pages. */
  readonly since: number;
  lastActive: number;
  status: string | undefined;
  toldAt: number;
  isGone: boolean;
}

/**
 * Keeps presence in this process: for development, tests and a single server. A restart forgets it, and no other server
 * sees it. Each method runs in one turn of the event loop, which makes it one step.
 */
export function memoryPresenceStore({ clock = systemClock }: { readonly clock?: Clock } = {}): PresenceStore {
  const users = new Map<string, OnlineEntry>();
  /** By `since`. Those that have gone are taken out together, once they are half of it. */
  let order: OnlineEntry[] = [];
  /** By the second of the last activity, so that counting and sweeping look at those only that are silent. */
  const seconds = new Map<number, Set<OnlineEntry>>();
  const left = new ExpiringMap<number>(clock);
  let newest = 0;

  function takeOff(entry: OnlineEntry): void {
    users.delete(entry.userId);
    entry.isGone = true;
    leaveSecond(entry);
    if (order.length > 64 && order.length > 2 * users.size) order = order.filter(({ isGone }) => !isGone);
  }

  function leaveSecond(entry: OnlineEntry): void {
    const second = Math.floor(entry.lastActive / 1_000);
    const those = seconds.get(second);
    those?.delete(entry);
    if (those?.size === 0) seconds.delete(second);
  }

  function enterSecond(entry: OnlineEntry): void {
    const second = Math.floor(entry.lastActive / 1_000);
    const those = seconds.get(second) ?? new Set();
    seconds.set(second, those.add(entry));
  }

  function come(userId: string, at: number): OnlineEntry {
    // Each comes at a time of its own, after all who are there: so a page can begin where another ended.
    newest = Math.max(newest + 1, at * 1_000);
    const entry: OnlineEntry = { userId, since: newest, lastActive: at, status: undefined, toldAt: 0, isGone: false };
    users.set(userId, entry);
    order.push(entry);
    enterSecond(entry);
    return entry;
  }

  function* silentUsers(silentAt: number): Generator<OnlineEntry> {
    for (const [second, those] of seconds) {
      if (second * 1_000 > silentAt) continue;
      for (const entry of those) if (entry.lastActive <= silentAt) yield entry;
    }
  }

  function note(
    { userId, ageMs, status }: Beat,
    now: number,
    silentAt: number,
  ): 'ignored' | 'known' | 'online' | 'returned' {
    const at = now - Math.floor(ageMs);
    const leftAt = left.get(userId)?.value;
    if (at <= silentAt || (leftAt !== undefined && at <= leftAt + leaveGraceMs)) return 'ignored';
    const known = users.get(userId);
    const isSilent = known !== undefined && known.lastActive <= silentAt;
    if (isSilent) takeOff(known);
    const entry = known === undefined || isSilent ? come(userId, at) : known;
    if (at > entry.lastActive) {
      leaveSecond(entry);
      entry.lastActive = at;
      enterSecond(entry);
    }
    const toldAt = now - Math.floor(status?.ageMs ?? 0);
    if (status !== undefined && toldAt >= entry.toldAt) {
      entry.status = status.name;
      entry.toldAt = toldAt;
    }
    if (entry === known) return 'known';
    return isSilent ? 'returned' : 'online';
  }

  /** Where those begin who came after. */
  function placeAfter(after: string | undefined): number {
    const since = Number(after ?? 0);
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (order[middle]!.since <= since) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    beat: async (beats, offlineAfterMs) => {
      const now = clock.now();
      const outcome = { online: [] as string[], returned: [] as string[], ignored: [] as string[] };
      for (const beat of beats) {
        const noted = note(beat, now, now - offlineAfterMs);
        if (noted === 'ignored') outcome.ignored.push(beat.userId);
        if (noted === 'returned') outcome.returned.push(beat.userId);
        if (noted === 'returned' || noted === 'online') outcome.online.push(beat.userId);
      }
      return outcome;
    },
    leave: async (userId, offlineAfterMs) => {
      const now = clock.now();
      const entry = users.get(userId);
      const isOnline = entry !== undefined && entry.lastActive > now - offlineAfterMs;
      if (isOnline) takeOff(entry);
      left.set(userId, now, now + offlineAfterMs + leaveGraceMs);
      return isOnline;
    },
    sweep: async (offlineAfterMs, count) => {
      const swept: string[] = [];
      for (const entry of silentUsers(clock.now() - offlineAfterMs)) {
        if (swept.length === count) break;
        takeOff(entry);
        swept.push(entry.userId);
      }
      return swept;
    },
    find: async (userIds, offlineAfterMs) => {
      const silentAt = clock.now() - offlineAfterMs;
      return userIds.map((userId) => {
        const entry = users.get(userId);
        return entry === undefined || entry.lastActive <= silentAt ? undefined : recordOf(entry);
      });
    },
    count: async (offlineAfterMs) => {
      const silentAt = clock.now() - offlineAfterMs;
      let silent = 0;
      for (const [second, those] of seconds) {
        if (second * 1_000 + 999 <= silentAt) silent += those.size;
        else if (second * 1_000 <= silentAt) for (const { lastActive } of those) if (lastActive <= silentAt) silent++;
      }
      return users.size - silent;
    },
    page: async ({ after, limit, status }, offlineAfterMs) => {
      const silentAt = clock.now() - offlineAfterMs;
      const found: PresenceRecord[] = [];
      let passable = mostPassedOver;
      for (let at = placeAfter(after); at < order.length; at++) {
        const entry = order[at]!;
        const isWanted = !entry.isGone && entry.lastActive > silentAt && (status ?? entry.status) === entry.status;
        if (isWanted) found.push(recordOf(entry));
        else passable--;
        if (found.length === limit || passable === 0) return { users: found, next: String(entry.since) };
      }
      return { users: found, next: undefined };
    },
    close: async () => {},
  };
}

function recordOf({ userId, status, since, lastActive }: OnlineEntry): PresenceRecord {
  return { userId, status, since: Math.min(Math.floor(since / 1_000), lastActive), lastActive };
}
