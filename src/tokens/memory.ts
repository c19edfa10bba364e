import { type Clock, systemClock } from '../clock.ts';
import { ExpiringMap } from '../expiring-map.ts';
import type { Announcement } from './pushed/feed.ts';
import { cutOffMark, denialMark } from './pushed/marks.ts';
import { MemoryFeed } from './pushed/memory.ts';
import type { RevocableToken, RevocationRecord, RevocationScope, RevocationStore } from './store.ts';

export interface MemoryRevocationStoreOptions {
  /** @default the system's clock */
  readonly clock?: Clock;
}

/** Keeps revocations in this process: for one server, for development and for tests. A restart forgets them. */
export function memoryRevocationStore({ clock = systemClock }: MemoryRevocationStoreOptions = {}): RevocationStore {
  const denied = new ExpiringMap<true>(clock);
  const allowed = new ExpiringMap<true>(clock);
  const cutOffs = new ExpiringMap<number>(clock);
  const feed = new MemoryFeed(clock, inForce);
  const familyDenied = ({ userId, familyId }: RevocableToken) =>
    familyId !== undefined && denied.get(tokenKey({ userId, jti: familyId })) !== undefined;

  function* inForce(): Generator<Announcement> {
    for (const key of denied.keys()) {
      const [userId, jti] = JSON.parse(key) as [string, string];
      yield { mark: denialMark({ userId, jti }), untilMs: denied.get(key)?.untilMs ?? 0 };
    }
    for (const key of cutOffs.keys()) {
      const { value: beforeMs, untilMs } = cutOffs.get(key) ?? { value: 0, untilMs: 0 };
      yield { mark: cutOffMark(scopeOf(key)), untilMs, beforeMs };
    }
  }

  const store: RevocationStore = {
    deny: async (token, untilMs) => {
      denied.set(tokenKey(token), true, untilMs);
      feed.announce(() => ({ mark: denialMark(token), untilMs }));
    },
    allow: async (token, untilMs) => allowed.set(tokenKey(token), true, untilMs),
    disallow: async (token) => allowed.delete(tokenKey(token)),
    cutOff: async (scope, beforeMs, untilMs) => {
      const known = cutOffs.get(scopeKey(scope));
      const latestMs = Math.max(beforeMs, known?.value ?? 0);
      cutOffs.set(scopeKey(scope), latestMs, Math.max(untilMs, known?.untilMs ?? 0));
      feed.announce(() => ({ mark: cutOffMark(scope), untilMs, beforeMs }));
    },
    check: async (token): Promise<RevocationRecord> => {
      const ofUser = cutOffs.get(scopeKey({ userId: token.userId }));
      const ofDevice = token.deviceId === undefined ? undefined : cutOffs.get(scopeKey(token));
      const revokedBeforeMs = Math.max(ofUser?.value ?? 0, ofDevice?.value ?? 0);
      return {
        denied: denied.get(tokenKey(token)) !== undefined || familyDenied(token),
        allowed: allowed.get(tokenKey(token)) !== undefined,
        ...(ofUser === undefined && ofDevice === undefined ? {} : { revokedBeforeMs }),
      };
    },
    announcing: () => feed.announcing(store),
  };
  return store;
}

/** JSON keeps ids apart that hold the separator. */
function tokenKey({ userId, jti }: RevocableToken): string {
  return JSON.stringify([userId, jti]);
}

function scopeKey({ userId, deviceId }: RevocationScope): string {
  return JSON.stringify(deviceId === undefined ? [userId] : [userId, deviceId]);
}

function scopeOf(key: string): RevocationScope {
  const [userId, deviceId] = JSON.parse(key) as [string, string | undefined];
  return deviceId === undefined ? { userId } : { userId, deviceId };
}
