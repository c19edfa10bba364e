import { reconnectDelayMs } from './reconnect-delay.ts';
import { saysReplica } from './says-replica.ts';

/**
 * Options of a client that is ours, single or behind Sentinel: it never queues or repeats a command on its own, and
 * never stops reconnecting.
 */
export const singleOptions = {
  // RESP2 keeps the replies the same on every server since 5.0 and spares the HELLO of the handshake.
  protocol: 2 as const,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt: number): number => reconnectDelayMs(attempt),
  sentinelRetryStrategy: (attempt: number): number => reconnectDelayMs(attempt),
  reconnectOnError: (error: Error): boolean => saysReplica(error),
};

/**
 * The same for a dedicated cluster client. ioredis repeats a command whose node was lost or refused it at a node taken at
 * random: there it waits for whatever blocks, or blocks itself after its caller was told. Without these repeats it must
 * queue what comes while it connects to a node.
 */
export const dedicatedClusterOptions = {
  enableOfflineQueue: true,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  clusterRetryStrategy: (attempt: number): number => reconnectDelayMs(attempt),
  clusterNodeRetryStrategy: null,
};
