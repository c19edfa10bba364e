import type { RedisConnection } from './connection.ts';
import { adaptIoredis, type IoredisClient } from './ioredis-client.ts';
import { dedicatedClusterOptions, singleOptions } from './ioredis-options.ts';
import { ioredisSubscriberLinks } from './ioredis-subscriber.ts';
import { ioredisTrackingLinks } from './ioredis-tracking.ts';

/**
 * A client that Sallyport made: it can be told to reconnect, and is disconnected at `close()`.
 * @param options.connectMs the deadline of the port that the application made, which tells how fast a server must greet
 */
export function ownedIoredis(
  client: IoredisClient,
  { connectMs, dedicated }: { readonly connectMs: number; readonly dedicated: boolean },
): Omit<RedisConnection, 'duplicate'> {
  // One server must answer the handshake as quickly as it must answer commands; else the link is dead.
  const handshakeMs = Math.max(2_000, 2 * connectMs);
  let handshake: NodeJS.Timeout | undefined;
  client.on('connect', () => {
    clearTimeout(handshake);
    handshake = setTimeout(() => client.disconnect(true), handshakeMs);
    handshake.unref();
  });
  // Behind a slot on the move a cluster's client says ASKING and forgets the answer: lost, it would end the process.
  if (client.isCluster) client.on('+node', catchAsking);
  for (const event of ['ready', 'close', 'end']) client.on(event, () => clearTimeout(handshake));
  return {
    owned: true,
    watchesLinks: dedicated && client.isCluster,
    ...adaptIoredis(client, { dedicated }),
    subscriberLinks: () => ioredisSubscriberLinks(client),
    trackingLinks: () => ioredisTrackingLinks(client),
    reset: () => client.disconnect(true),
    close: async () => client.disconnect(),
  };
}

function catchAsking(node: { asking(): Promise<unknown> }): void {
  const asking = node.asking.bind(node);
  node.asking = () => {
    const answer = asking();
    // The command that follows it is lost too, and tells.
    answer.catch(() => {});
    return answer;
  };
}

/** A further connection with the options of the application's client, of which those are replaced that would harm. */
export function duplicatedIoredis(original: IoredisClient, connectMs: number, deadlineMs: number): RedisConnection {
  return {
    ...ownedIoredis(duplicateOf(original, deadlineMs), { connectMs, dedicated: true }),
    duplicate: (nextMs) => duplicatedIoredis(original, connectMs, nextMs),
  };
}

function duplicateOf(original: IoredisClient, deadlineMs: number): IoredisClient {
  const options = {
    ...singleOptions,
    lazyConnect: false,
    enableAutoPipelining: false,
    // They would end a command that blocks for good reason; the port has a deadline for those that do not.
    commandTimeout: undefined,
    blockingTimeout: undefined,
    socketTimeout: undefined,
    // The shapes of RedisReply.
    replyMapping: 'legacy',
    stringNumbers: false,
  };
  if (!original.isCluster) return original.duplicate(options);
  return original.duplicate([], {
    ...dedicatedClusterOptions,
    lazyConnect: false,
    enableAutoPipelining: false,
    // Of one node that is silent only its own socket can tell.
    redisOptions: { ...options, socketTimeout: 2 * deadlineMs },
  });
}
