import { clusterSlot } from './cluster-slot.ts';
import type { RedisConnection, SendOptions } from './connection.ts';
import type { RedisArgument } from './port.ts';

/** The members of an ioredis or iovalkey client (single, Sentinel or Cluster) that are used. */
export interface IoredisClient {
  readonly status: string;
  readonly isCluster: boolean;
  /** Of a single client that is connected. */
  readonly stream?: { cork(): void; uncork(): void };
  call(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
  call(command: string, args: (string | Buffer)[]): Promise<unknown>;
  callBuffer(command: string, args: (string | Buffer)[]): Promise<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: the arguments differ with the event
  on(event: string, listener: (...args: any[]) => void): unknown;
  disconnect(reconnect?: boolean): void;
  // biome-ignore lint/suspicious/noExplicitAny: single clients and clusters take different arguments
  duplicate(...args: any[]): IoredisClient;
}

/**
 * What an adapter does alike for a client of the application and for one of ours.
 * @param options.dedicated whether commands may block on it
 */
export function adaptIoredis(
  client: IoredisClient,
  options: { readonly dedicated: boolean },
): Pick<RedisConnection, 'isReady' | 'send' | 'together' | 'watch'> {
  return {
    isReady: () => client.status === 'ready',
    send: client.isCluster
      ? sendToCluster(client as IoredisCluster, options)
      : (args, { buffers }) => call(client, args, buffers),
    together: (send) => {
      const { stream } = client;
      if (stream === undefined) return send();
      stream.cork();
      try {
        return send();
      } finally {
        stream.uncork();
      }
    },
    watch: (listener) => {
      let lastError: unknown;
      client.on('ready', () => listener('ready'));
      client.on('error', (error) => {
        lastError = error;
      });
      client.on('close', () => listener('lost', lastError));
      client.on('end', () => listener('lost', lastError));
    },
  };
}

function call(client: IoredisClient, [name, ...args]: readonly RedisArgument[], buffers: boolean): Promise<unknown> {
  // As one list: a hundred thousand arguments are more than a call can have.
  return buffers ? client.callBuffer(String(name), args) : client.call(String(name), args);
}

export interface IoredisCluster extends IoredisClient {
  readonly options: { readonly enableAutoPipelining?: boolean; readonly keyPrefix?: string };
  /** By slot: `host:port` of the master and then of its replicas. */
  readonly slots: readonly (readonly string[] | undefined)[];
  nodes(
    role?: 'master',
  ): readonly (IoredisClient & { readonly options: { readonly host?: string; readonly port?: number } })[];
  refreshSlotsCache(callback: (error?: Error) => void): void;
  sendCommand(command: RoutedCommand, ...rest: unknown[]): unknown;
}

interface RoutedCommand {
  slot?: number | null;
  getSlot(): number | null;
}

/**
 * ioredis sends to a node at random what it knows no node for, and that is wrong in two cases.
 *
 * - A command without a key: WAIT would count the replicas of other data, PUBLISH the subscribers of another node. It goes
 *   to the node of the caller's key; no answer of Redis would ever tell that it was another.
 * - A node that was lost: the random one would name its address, but on a dedicated connection first ends the command
 *   that blocks there. The nodes are asked for anew instead, over other connections.
 */
function sendToCluster(
  cluster: IoredisCluster,
  { dedicated }: { readonly dedicated: boolean },
): RedisConnection['send'] {
  const { enableAutoPipelining = false, keyPrefix = '' } = cluster.options;
  let wanted: string | undefined;
  const routed: IoredisClient = Object.create(cluster, {
    sendCommand: {
      value: (command: RoutedCommand, ...rest: unknown[]) => {
        const aim = wanted;
        const isAimed = aim !== undefined && command.getSlot() === null;
        if (isAimed) command.slot = clusterSlot(`${keyPrefix}${aim}`);
        const slot = command.getSlot();
        const send = () => cluster.sendCommand(command, ...rest);
        if (slot === null) return send();
        if (dedicated) {
          if (hasNode(cluster, slot)) return send();
          return refreshed(cluster).then(() => {
            if (!hasNode(cluster, slot)) throw new Error('no node of the cluster has this key');
            return send();
          });
        }
        if (!isAimed || nodeOf(cluster, slot)?.status === 'ready') return send();
        // What has a key is sent on to the right node by the others, which makes that one known and connected.
        return call(cluster, ['EXISTS', aim], false).then(send);
      },
    },
  });
  return (args, { key, buffers }: SendOptions) => {
    // A pipeline that the client makes by itself is not sent through `sendCommand`, and takes no key.
    if (enableAutoPipelining) return call(cluster, args, buffers);
    wanted = key;
    try {
      return call(routed, args, buffers);
    } finally {
      wanted = undefined;
    }
  };
}

function hasNode(cluster: IoredisCluster, slot: number): boolean {
  return nodeOf(cluster, slot) !== undefined;
}

function nodeOf(cluster: IoredisCluster, slot: number): IoredisClient | undefined {
  const address = cluster.slots[slot]?.[0];
  return cluster.nodes().find(({ options }) => `${options.host}:${options.port}` === address);
}

/** Resolves when the client has asked which node has which slots. */
export function refreshed(cluster: IoredisCluster): Promise<void> {
  return new Promise((resolve, reject) => {
    cluster.refreshSlotsCache((error) => (error == null ? resolve() : reject(error)));
  });
}
