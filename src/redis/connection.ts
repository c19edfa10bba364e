import type { RedisArgument } from './port.ts';

export interface SendOptions {
  /** The key that decides the cluster node, or `undefined` for a command without one. */
  readonly key: string | undefined;
  readonly buffers: boolean;
}

/**
 * The part that differs between Redis clients; `createRedisPort` puts the deadline and the error types on top.
 * An adapter never queues while it is not ready: it is not asked to send then.
 */
export interface RedisConnection {
  isReady(): boolean;
  send(args: readonly RedisArgument[], options: SendOptions): Promise<unknown>;
  /** Reports when the connection becomes usable and when it, or an attempt to make one, is lost. */
  watch(listener: (state: 'ready' | 'lost', cause?: unknown) => void): void;
  /** Breaks a connection that no longer answers so that a new one is made; does nothing on a client we do not own. */
  reset(): void;
  close(): Promise<void>;
}
