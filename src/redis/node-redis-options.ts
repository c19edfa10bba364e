/** What a client of ours takes over from the application's node-redis client, and what not. */
import { kindOf, type NodeRedisClient } from './node-redis-client.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';

/** The members that a duplicate has besides. */
export interface OwnedClient extends NodeRedisClient {
  connect(): Promise<unknown>;
  destroy(): unknown;
  /** Sentinel groups: the master, when there is a connection to it. */
  getMasterNode?(): unknown;
}

interface SocketOptions {
  readonly socket?: object;
}

/** A client of ours with the options of the application's, of which those are replaced that would harm. */
export function duplicateOf(original: NodeRedisClient, deadlineMs: number): OwnedClient {
  // The shapes of RedisReply; and no news of caches and maintenance, which need RESP3 and nobody waits for here.
  const plain = { RESP: 2, clientSideCache: undefined, emitInvalidate: false, maintNotifications: 'disabled' };
  switch (kindOf(original)) {
    case 'cluster': {
      const { defaults } = (original as { _options?: { defaults?: SocketOptions } })._options ?? {};
      return original.duplicate({
        ...plain,
        // A node that was never connected to is not noticed when it goes.
        minimizeConnections: false,
        topologyRefreshOnReconnectionAttemptStrategy: 1_000,
        defaults: {
          ...defaults,
          ...plain,
          disableOfflineQueue: true,
          // Of one node that is silent only its own socket can tell; the PING keeps one that is idle from seeming so.
          pingInterval: deadlineMs,
          socket: { ...defaults?.socket, reconnectStrategy: reconnectDelayMs, socketTimeout: 2 * deadlineMs },
        },
      });
    }
    case 'sentinel':
      return original.duplicate({
        ...plain,
        // Commands that follow one another must meet on one connection, for WAIT.
        masterPoolSize: 1,
        replicaPoolSize: 0,
        reserveClient: false,
        // Tells that the link to the master was lost, so that this client is replaced before it repeats what was sent.
        passthroughClientErrorEvents: true,
      });
    case 'single': {
      const { socket } = (original as { options?: SocketOptions }).options ?? {};
      return original.duplicate({
        ...plain,
        socket: { ...socket, reconnectStrategy: false, socketTimeout: undefined },
      });
    }
  }
}
