/** Connections in subscriber mode through node-redis. */
import { randomUUID } from 'node:crypto';
import { clusterSlot } from './cluster-slot.ts';
import { kindOf, type NodeRedisClient, sendOf } from './node-redis-client.ts';
import { duplicateOf, type OwnedClient } from './node-redis-options.ts';
import type { LinkEvents, SubscriberLink, SubscriberLinks, SubscriptionKind } from './subscriber-link.ts';

type Listener = (payload: string, channel: string) => void;

/** The members of a duplicate that subscribe; a Sentinel group's have the same. */
interface SubscribingClient extends OwnedClient {
  subscribe(channel: string, listener: Listener): Promise<unknown>;
  unsubscribe(channel: string, listener: Listener): Promise<unknown>;
  pSubscribe(pattern: string, listener: Listener): Promise<unknown>;
  pUnsubscribe(pattern: string, listener: Listener): Promise<unknown>;
  sSubscribe(channel: string, listener: Listener): Promise<unknown>;
  sUnsubscribe(channel: string, listener: Listener): Promise<unknown>;
}

interface ClusterClient extends NodeRedisClient {
  readonly slots: readonly ({ readonly master: ClusterNode } | undefined)[];
  readonly masters: readonly ClusterNode[];
  nodeClient(node: ClusterNode): Promise<NodeRedisClient>;
}

interface ClusterNode {
  readonly address: string;
  readonly client?: NodeRedisClient;
}

/** @param original the application's: what is opened has its options, but is given up when its link is lost. */
export function nodeRedisSubscriberLinks(original: NodeRedisClient, deadlineMs: number): SubscriberLinks {
  const kind = kindOf(original);
  if (kind === 'single') {
    const duplicate = async () => duplicateOf(original, deadlineMs) as SubscribingClient;
    return { placeOf: async () => '', open: (_place, events) => openLink(duplicate, pingOf, events) };
  }
  if (kind === 'sentinel') {
    const duplicate = async () => duplicateOf(original, deadlineMs) as SubscribingClient;
    return { placeOf: async () => '', open: (_place, events) => openLink(duplicate, echoOf, events) };
  }
  const cluster = original as ClusterClient;
  const send = sendOf(cluster);
  return {
    placeOf: async (name, isRetry) => {
      // Whoever answers for a key is where its channel is; a client that goes to the wrong node learns the right one.
      if (isRetry) await send(['EXISTS', name], { key: name, buffers: false }).catch(() => {});
      const address = cluster.slots[clusterSlot(name)]?.master.address;
      if (address === undefined) throw new Error('no node of the cluster is known for this channel');
      return address;
    },
    open: (place, events) => {
      const duplicate = async () => {
        const node = cluster.masters.find(({ address }) => address === place);
        if (node === undefined) throw new Error('this node has left the cluster');
        return duplicateOf(node.client ?? (await cluster.nodeClient(node)), deadlineMs) as SubscribingClient;
      };
      return openLink(duplicate, pingOf, events);
    },
  };
}

function openLink(
  makeClient: () => Promise<SubscribingClient>,
  pings: (client: SubscribingClient) => Promise<() => Promise<unknown>>,
  events: LinkEvents,
): SubscriberLink {
  let client: SubscribingClient | undefined;
  let ping: (() => Promise<unknown>) | undefined;
  let isDestroyed = false;

  const lost = (cause?: unknown) => {
    if (!isDestroyed) events.lost(cause);
  };
  async function open(): Promise<void> {
    const made = await makeClient();
    client = made;
    // Without a listener an error would end the process. After the first one nothing is certain: some of its
    // connections reconnect and subscribe again by themselves, and messages are lost meanwhile.
    made.on('error', lost);
    made.on('reconnecting', lost);
    made.on('end', lost);
    made.on('sharded-channel-moved', lost);
    made.on('topology-change', (event) => {
      if ((event as { readonly type?: string } | undefined)?.type === 'MASTER_CHANGE' && ping !== undefined) lost();
    });
    try {
      if (!isDestroyed) await made.connect();
      if (!isDestroyed) ping = await pings(made);
    } finally {
      // A socket that is being opened survives `destroy()`.
      if (isDestroyed) destroyClient(made);
    }
    if (isDestroyed) throw new Error('given up');
  }

  const listeners = new Map<string, Listener>();
  const used = () => {
    if (client === undefined) throw new Error('not connected');
    return client;
  };
  return {
    ready: open(),
    subscribe: async (kind, name) => {
      const listener: Listener = (payload, channel) => events.message(kind, name, channel, payload);
      listeners.set(`${kind} ${name}`, listener);
      return methods[kind].subscribe(used(), name, listener);
    },
    unsubscribe: async (kind, name) => {
      // Without its listener the client would take a SUBSCRIBE that follows for one that is there already.
      const listener = listeners.get(`${kind} ${name}`);
      if (listener === undefined) return;
      listeners.delete(`${kind} ${name}`);
      await methods[kind].unsubscribe(used(), name, listener);
    },
    ping: async () => {
      if (ping === undefined) throw new Error('not connected');
      return ping();
    },
    destroy: () => {
      isDestroyed = true;
      if (client !== undefined) destroyClient(client);
    },
  };
}

const methods: Readonly<
  Record<
    SubscriptionKind,
    {
      subscribe(client: SubscribingClient, name: string, listener: Listener): Promise<unknown>;
      unsubscribe(client: SubscribingClient, name: string, listener: Listener): Promise<unknown>;
    }
  >
> = {
  channel: {
    subscribe: (client, name, listener) => client.subscribe(name, listener),
    unsubscribe: (client, name, listener) => client.unsubscribe(name, listener),
  },
  pattern: {
    subscribe: (client, name, listener) => client.pSubscribe(name, listener),
    unsubscribe: (client, name, listener) => client.pUnsubscribe(name, listener),
  },
  shard: {
    subscribe: (client, name, listener) => client.sSubscribe(name, listener),
    unsubscribe: (client, name, listener) => client.sUnsubscribe(name, listener),
  },
};

async function pingOf(client: SubscribingClient): Promise<() => Promise<unknown>> {
  return () => client.sendCommand(['PING']);
}

/**
 * A Sentinel group's client subscribes over a connection that it keeps to itself and that cannot be sent a PING: a
 * message to a channel of its own shows that it is alive.
 */
async function echoOf(client: SubscribingClient): Promise<() => Promise<unknown>> {
  const channel = `sallyport:echo:${randomUUID()}`;
  const waiting: (() => void)[] = [];
  await client.subscribe(channel, () => waiting.shift()?.());
  return () =>
    new Promise<void>((resolve, reject) => {
      waiting.push(resolve);
      Promise.resolve(client.sendCommand(false, ['PUBLISH', channel, ''])).catch(reject);
    });
}

function destroyClient(client: SubscribingClient): void {
  try {
    Promise.resolve(client.destroy()).catch(() => {});
  } catch {
    // It had ended by itself.
  }
}
