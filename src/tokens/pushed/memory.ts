/** Announces what is revoked in this process to all that follow in this process. */
import type { Clock } from '../../clock.ts';
import { ExpiringMap } from '../../expiring-map.ts';
import type { RevocationStore } from '../store.ts';
import type { Announcement, AnnouncingRevocationStore, RevocationListener } from './feed.ts';
import { keyMark } from './marks.ts';

export class MemoryFeed {
  readonly #inForce: () => Iterable<Announcement>;
  readonly #deniedKeys: ExpiringMap<true>;
  readonly #listeners = new Set<RevocationListener>();

  /** @param inForce what is revoked at present, in the store itself */
  constructor(clock: Clock, inForce: () => Iterable<Announcement>) {
    this.#inForce = inForce;
    this.#deniedKeys = new ExpiringMap(clock);
  }

  announce(announcement: () => Announcement): void {
    if (this.#listeners.size === 0) return;
    const announced = [announcement()];
    for (const listener of this.#listeners) listener.announced(announced);
  }

  announcing(store: RevocationStore): AnnouncingRevocationStore {
    return {
      ...store,
      denyKey: async (keyId, untilMs) => {
        const mark = keyMark(keyId);
        this.#deniedKeys.set(mark, true, Math.max(untilMs, this.#deniedKeys.get(mark)?.untilMs ?? 0));
        this.announce(() => ({ mark, untilMs }));
      },
      check: async (token) => {
        const known = await store.check(token);
        const isDenied = token.keyId !== undefined && this.#deniedKeys.get(keyMark(token.keyId)) !== undefined;
        return isDenied ? { ...known, denied: true } : known;
      },
      follow: (listener) => {
        this.#listeners.add(listener);
        listener.announced([...this.#inForce(), ...this.#keysInForce()]);
        listener.proven({ monotonicMs: Number.POSITIVE_INFINITY, wallMs: Number.POSITIVE_INFINITY });
        return {
          close: async () => {
            this.#listeners.delete(listener);
          },
        };
      },
    };
  }

  *#keysInForce(): Generator<Announcement> {
    for (const mark of this.#deniedKeys.keys()) {
      const entry = this.#deniedKeys.get(mark);
      if (entry !== undefined) yield { mark, untilMs: entry.untilMs };
    }
  }
}
