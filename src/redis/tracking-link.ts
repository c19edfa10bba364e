/** What a tracker needs of a Redis client: single connections that hear of changes to keys, each used until it is lost. */

/** Where Redis sends the names of changed keys on a connection that speaks RESP2. */
export const invalidationChannel = '__redis__:invalidate';

export interface TrackingEvents {
  /**
   * @param keys `null`: any key may have changed, for a database was emptied
   * @param tag of the server that tells it, one of the link's `tags`
   */
  changed(keys: readonly string[] | null, tag: string): void;
  /** The connection is gone. May be told more than once. */
  lost(cause?: unknown): void;
}

/** One connection, or on a cluster one to each master. It never reconnects: who wants another opens another. */
export interface TrackingLink {
  /**
   * Resolves when Redis has confirmed that it tracks; what changes from then on is told. Rejects when the connection could
   * not be opened, or with what Redis refused. May stay pending for ever when the server is frozen.
   */
  readonly ready: Promise<void>;
  /** For each server that is listened to, what a key must contain so that this server has it. Known once it is ready. */
  tags(): readonly string[];
  /**
   * Whether these servers have all keys, as when the link became ready. Asks them; stays pending with one that is frozen,
   * rejects with one that is gone.
   */
  confirm(): Promise<boolean>;
  destroy(): void;
}

/** What a link to one server, which has all keys, says of itself. */
export const singleServer: Pick<TrackingLink, 'tags' | 'confirm'> = { tags: () => [''], confirm: async () => true };

export interface TrackingLinks {
  open(prefixes: readonly string[], events: TrackingEvents): TrackingLink;
}

/** Why changes cannot be heard through a client. */
export type Untrackable = 'node-redis-cluster' | 'node-redis-sentinel';

/**
 * CLIENT TRACKING in broadcasting mode, redirected to the very connection that asks for it: one link to watch instead of
 * two, and no tracking that lives on when the link to hear it is gone. It must be sent before SUBSCRIBE.
 */
export function trackingCommand(clientId: unknown, prefixes: readonly string[]): [string, ...string[]] {
  const options = prefixes.flatMap((prefix) => ['PREFIX', prefix]);
  return ['CLIENT', 'TRACKING', 'ON', 'REDIRECT', String(clientId), 'BCAST', ...options];
}

/** The links of a client that is still being made. */
export function trackingLinksOnceOpen(opened: () => Promise<TrackingLinks>): TrackingLinks {
  return {
    open: (prefixes, events) => {
      let link: TrackingLink | undefined;
      let isDestroyed = false;
      const ready = opened().then((links) => {
        if (isDestroyed) throw new Error('given up');
        link = links.open(prefixes, events);
        return link.ready;
      });
      return {
        ready,
        tags: () => link?.tags() ?? [],
        confirm: async () => (await link?.confirm()) === true,
        destroy: () => {
          isDestroyed = true;
          link?.destroy();
        },
      };
    },
  };
}
