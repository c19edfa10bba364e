import type { RedisConnection } from './connection.ts';
import { createRedisPort } from './create-port.ts';
import { type DeadlineOptions, deadlineMsOf } from './deadline-option.ts';
import { duplicatedNodeRedis } from './duplicated-node-redis.ts';
import { type NodeRedisClient, sendOf } from './node-redis-client.ts';
import { nodeRedisSubscriberLinks } from './node-redis-subscriber.ts';
import { nodeRedisTrackingLinks } from './node-redis-tracking.ts';
import type { RedisPort } from './port.ts';

/**
 * Uses a client of node-redis that the application made with `createClient`, `createCluster` or `createSentinel` and
 * connected with `connect()`. It stays the application's: `close()` leaves it open.
 * @throws InvalidOptionError for a deadline out of range.
 */
export function fromNodeRedis(client: NodeRedisClient, options: DeadlineOptions = {}): RedisPort {
  const deadlineMs = deadlineMsOf(options);
  return createRedisPort(nodeRedisConnection(client, deadlineMs), { deadlineMs });
}

function nodeRedisConnection(client: NodeRedisClient, deadlineMs: number): RedisConnection {
  return {
    owned: false,
    watchesLinks: false,
    isReady: () => client.isReady,
    send: sendOf(client),
    watch: (listener) => {
      client.on('ready', () => listener('ready'));
      // node-redis reports every loss of a connection as an 'error'; an error that leaves it ready is not one.
      client.on('error', (error) => {
        if (!client.isReady) listener('lost', error);
      });
      client.on('end', () => listener('lost'));
    },
    duplicate: (dedicatedMs) => duplicatedNodeRedis(client, deadlineMs, dedicatedMs),
    subscriberLinks: () => nodeRedisSubscriberLinks(client, deadlineMs),
    trackingLinks: () => nodeRedisTrackingLinks(client, deadlineMs),
    reset: () => {},
    close: async () => {},
  };
}
