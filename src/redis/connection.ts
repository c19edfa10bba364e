import type { RedisArgument } from './port.ts';
import type { SubscriberLinks } from './subscriber-link.ts';
import type { TrackingLinks, Untrackable } from './tracking-link.ts';

export interface SendOptions {
  /** The key that decides the cluster node, when the caller named one. Otherwise the client looks into the command. */
  readonly key: string | undefined;
  readonly buffers: boolean;
}

/**
 * The part that differs between Redis clients; `createRedisPort` puts the deadline and the error types on top.
 * An adapter never queues while it is not ready: it is not asked to send then.
 */
export interface RedisConnection {
  /** Whether Sallyport opened it. What waits on a client of the application may still be answered after `close()`. */
  readonly owned: boolean;
  /**
   * Whether it notices by itself that one of its links went silent, as a dedicated cluster connection does: what one
   * node does not answer must not keep commands from the others.
   */
  readonly watchesLinks: boolean;
  isReady(): boolean;
  send(args: readonly RedisArgument[], options: SendOptions): Promise<unknown>;
  /** See `RedisPort`. By default each command is written by itself. */
  together?<Result>(send: () => Result): Result;
  /** Reports when the connection becomes usable and when it, or an attempt to make one, is lost. */
  watch(listener: (state: 'ready' | 'lost', cause?: unknown) => void): void;
  /**
   * A further, owned connection to the same place.
   * @param deadlineMs of every command on it: only what is silent for longer is broken
   */
  duplicate(deadlineMs: number): RedisConnection;
  /** Further connections to the same place, for subscriptions. */
  subscriberLinks(): SubscriberLinks;
  /** Further connections to the same place, to hear of changes to keys; or why there are none. */
  trackingLinks(): TrackingLinks | Untrackable;
  /** Breaks a connection that no longer answers so that a new one is made; does nothing on a client we do not own. */
  reset(): void;
  close(): Promise<void>;
}
