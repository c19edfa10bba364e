/** Connections in subscriber mode through ioredis or iovalkey. */
import { clusterSlot } from './cluster-slot.ts';
import { adaptIoredis, type IoredisClient, type IoredisCluster } from './ioredis-client.ts';
import { singleOptions } from './ioredis-options.ts';
import type { LinkEvents, SubscriberLink, SubscriberLinks, SubscriptionKind } from './subscriber-link.ts';

const commands: Readonly<Record<SubscriptionKind, readonly [subscribe: string, unsubscribe: string]>> = {
  channel: ['subscribe', 'unsubscribe'],
  pattern: ['psubscribe', 'punsubscribe'],
  shard: ['ssubscribe', 'sunsubscribe'],
};

/** @param original a client of the application or of ours: what is opened has its options, but reconnects never. */
export function ioredisSubscriberLinks(original: IoredisClient): SubscriberLinks {
  if (!original.isCluster) {
    return { placeOf: async () => '', open: (_place, events) => linkOver(duplicateOf(original), events) };
  }
  const cluster = original as IoredisCluster;
  const { send } = adaptIoredis(cluster, { dedicated: false });
  return {
    placeOf: async (name, isRetry) => {
      // Whoever answers for a key is where its channel is; a client that goes to the wrong node learns the right one.
      if (isRetry) await send(['EXISTS', name], { key: name, buffers: false }).catch(() => {});
      const place = cluster.slots[clusterSlot(name)]?.[0];
      if (place === undefined) throw new Error('no node of the cluster is known for this channel');
      return place;
    },
    open: (place, events) => {
      const node = cluster.nodes('master').find(({ options }) => `${options.host}:${options.port}` === place);
      return node === undefined ? missingNode() : linkOver(duplicateOf(node), events);
    },
  };
}

/** A client of its own in RESP2 that does not queue, repeat, reconnect or subscribe again by itself. */
export function duplicateOf(original: IoredisClient): IoredisClient {
  return original.duplicate({
    ...singleOptions,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    autoResubscribe: false,
    lazyConnect: false,
    readOnly: false,
    enableAutoPipelining: false,
    commandTimeout: undefined,
    blockingTimeout: undefined,
    // A channel may be silent for as long as it likes; the subscriber sends a PING.
    socketTimeout: undefined,
    keyPrefix: '',
  });
}

function linkOver(client: IoredisClient, events: LinkEvents): SubscriberLink {
  let lastError: unknown;
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('message', (channel: string, payload: string) => events.message('channel', channel, channel, payload));
  client.on('smessage', (channel: string, payload: string) => events.message('shard', channel, channel, payload));
  client.on('pmessage', (pattern: string, channel: string, payload: string) =>
    events.message('pattern', pattern, channel, payload),
  );
  const ready = new Promise<void>((resolve, reject) => {
    client.on('ready', resolve);
    client.on('end', () => reject(lastError ?? new Error('the connection was closed')));
  });
  client.on('close', () => events.lost(lastError));
  // The cluster took a slot away from this node, and with it the subscriptions to its channels.
  client.on('moved', () => events.lost(new Error('the slot was moved')));
  return {
    ready,
    subscribe: (kind, name) => client.call(commands[kind][0], name),
    unsubscribe: (kind, name) => client.call(commands[kind][1], name),
    ping: () => client.call('ping'),
    destroy: () => client.disconnect(),
  };
}

function missingNode(): SubscriberLink {
  const refuse = () => Promise.reject(new Error('this node has left the cluster'));
  return { ready: refuse(), subscribe: refuse, unsubscribe: refuse, ping: refuse, destroy: () => {} };
}
