/** What a subscriber needs of a Redis client: single connections in subscriber mode, each used until it is lost. */

/**
 * `channel`: SUBSCRIBE. `pattern`: PSUBSCRIBE. `shard`: SSUBSCRIBE (Redis 7), on a cluster at the node that has the
 * channel's slot.
 */
export type SubscriptionKind = 'channel' | 'pattern' | 'shard';

export interface LinkEvents {
  /** @param name the subscription that it matched: the channel, or the pattern */
  message(kind: SubscriptionKind, name: string, channel: string, payload: string): void;
  /** The connection is gone, or has ceased to be where its subscriptions belong. May be told more than once. */
  lost(cause?: unknown): void;
}

/** One connection. It never reconnects: who wants another opens another. */
export interface SubscriberLink {
  /** Rejects when it could not be opened. May stay pending for ever when the server is frozen. */
  readonly ready: Promise<void>;
  /** Resolves when Redis has confirmed. */
  subscribe(kind: SubscriptionKind, name: string): Promise<unknown>;
  unsubscribe(kind: SubscriptionKind, name: string): Promise<unknown>;
  /** Resolves when the server has shown that messages can come through. */
  ping(): Promise<unknown>;
  destroy(): void;
}

export interface SubscriberLinks {
  /**
   * Names the server where a subscription is made: on a cluster the master of the channel's slot, else always the same.
   * @param isRetry the cluster is asked anew, for what is known may be old
   */
  placeOf(name: string, isRetry: boolean): Promise<string>;
  open(place: string, events: LinkEvents): SubscriberLink;
}
