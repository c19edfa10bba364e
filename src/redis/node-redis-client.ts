import type { RedisConnection, SendOptions } from './connection.ts';
import type { RedisArgument } from './port.ts';

// RESP type bytes: '$' blob string, '%' map. They are the wire format, so no import of the client is needed.
const blobString = 36;
const map = 37;
const textReplies = { typeMapping: { [map]: Array } };
const bufferReplies = { typeMapping: { [blobString]: Buffer, [map]: Array } };

/** The members of a node-redis client made by `createClient`, `createCluster` or `createSentinel` that are used. */
export interface NodeRedisClient {
  readonly isReady: boolean;
  on(event: string, listener: (argument?: unknown) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the client's generics differ with its modules and its protocol
  sendCommand(...args: any[]): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: the client's generics differ with its modules and its protocol
  duplicate(overrides?: any): any;
}

export function kindOf(client: NodeRedisClient): 'single' | 'sentinel' | 'cluster' {
  if ('slots' in client || 'getSlotRandomNode' in client) return 'cluster';
  return 'getMasterNode' in client ? 'sentinel' : 'single';
}

/**
 * Clients, clusters and Sentinel groups take the same command with different arguments in front.
 * @param unsentMs how long a command may wait in the client for a node before it is dropped unsent; for ever without
 */
export function sendOf(client: NodeRedisClient, unsentMs?: number): RedisConnection['send'] {
  const commandOptions = ({ buffers }: SendOptions) => {
    const replies = buffers ? bufferReplies : textReplies;
    return unsentMs === undefined ? replies : { ...replies, abortSignal: AbortSignal.timeout(unsentMs) };
  };
  switch (kindOf(client)) {
    case 'cluster':
      return (args, options) =>
        options.key !== undefined && sameNode.has(String(args[0]).toUpperCase())
          ? sendToNode(client, options.key, args, commandOptions(options))
          : client.sendCommand(options.key ?? firstArgument(args), false, args, commandOptions(options));
    case 'sentinel':
      return (args, options) => client.sendCommand(false, args, commandOptions(options));
    case 'single':
      return (args, options) => client.sendCommand(args, commandOptions(options));
  }
}

/**
 * Commands without a key in which the node matters all the same: about what the connection wrote before, or about the
 * channels of that node. node-redis would send them to all nodes or to any.
 */
const sameNode = new Set(['WAIT', 'WAITAOF', 'PUBLISH', 'PUBSUB']);

interface ClusterNodes {
  getNodeClientForKey(key: string): Promise<NodeRedisClient>;
}

async function sendToNode(
  client: NodeRedisClient,
  key: string,
  args: readonly RedisArgument[],
  commandOptions: object,
): Promise<unknown> {
  const node = await (client as NodeRedisClient & ClusterNodes).getNodeClientForKey(key);
  return node.sendCommand(args, commandOptions);
}

/** node-redis does not look for keys in a command that it is given as it is. */
function firstArgument(args: readonly RedisArgument[]): string | undefined {
  return args[1]?.toString();
}
