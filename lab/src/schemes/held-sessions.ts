/** For `GET /debug/sessions`: how many sessions a store holds and whose, and nothing that one could be taken over with. */
import type { SessionKey, SessionStore } from 'sallyport/sessions';

export interface HeldSessions {
  readonly sessions: number;
  readonly users: readonly string[];
}

/** Looks without renewing; keys whose session has ended or expired do not count. */
export async function heldSessions(store: SessionStore, keys: Iterable<SessionKey>): Promise<HeldSessions> {
  const found = await Promise.all([...keys].map((key) => store.read(key, { renew: false })));
  const live = found.flatMap((lookup) => (lookup.status === 'live' ? [lookup.record] : []));
  return { sessions: live.length, users: live.map(({ userId }) => userId ?? '(not signed in)').sort() };
}

export interface ListedStore extends SessionStore {
  held(): Promise<HeldSessions>;
}

/** A store that remembers which keys it was given, since a store by itself can not be listed. */
export function listedStore(store: SessionStore): ListedStore {
  const keys = new Map<string, SessionKey>();
  const remember = (key: SessionKey) => keys.set(`${key.tag}.${key.hash}`, key);
  return {
    ...store,
    create: (key, record) => {
      remember(key);
      return store.create(key, record);
    },
    rotate: (from, to, options) => {
      remember(to);
      return store.rotate(from, to, options);
    },
    held: async () => {
      for (const [name, key] of keys) {
        if ((await store.read(key, { renew: false })).status !== 'live') keys.delete(name);
      }
      return heldSessions(store, keys.values());
    },
  };
}
