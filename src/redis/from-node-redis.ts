import type { RedisConnection, SendOptions } from './connection.ts';
import { createRedisPort } from './create-port.ts';
import { type DeadlineOptions, deadlineMsOf } from './deadline-option.ts';
import type { RedisArgument, RedisPort } from './port.ts';

// RESP type bytes: '$' blob string, '%' map. They are the wire format, so no import of the client is needed.
const blobString = 36;
const map = 37;
const textReplies = { typeMapping: { [map]: Array } };
const bufferReplies = { typeMapping: { [blobString]: Buffer, [map]: Array } };

/** The members of a node-redis client made by `createClient` that are used. */
export interface NodeRedisClient {
  readonly isReady: boolean;
  on(event: string, listener: (argument?: unknown) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the client's generics differ with its modules and its protocol
  sendCommand(...args: any[]): Promise<any>;
}

/**
 * Uses a client of node-redis that the application made with `createClient`, `createCluster` or `createSentinel` and
 * connected with `connect()`. It stays the application's: `close()` leaves it open.
 * @throws InvalidOptionError for a deadline out of range.
 */
export function fromNodeRedis(client: NodeRedisClient, options: DeadlineOptions = {}): RedisPort {
  return createRedisPort(nodeRedisConnection(client), { deadlineMs: deadlineMsOf(options) });
}

function nodeRedisConnection(client: NodeRedisClient): RedisConnection {
  const send = sendOf(client);
  return {
    isReady: () => client.isReady,
    send,
    watch: (listener) => {
      client.on('ready', () => listener('ready'));
      // node-redis reports every loss of a connection as an 'error'; an error that leaves it ready is not one.
      client.on('error', (error) => {
        if (!client.isReady) listener('lost', error);
      });
      client.on('end', () => listener('lost'));
    },
    reset: () => {},
    close: async () => {},
  };
}

/** Clients, clusters and Sentinel groups take the same command with different arguments in front. */
function sendOf(client: NodeRedisClient): RedisConnection['send'] {
  const mapping = ({ buffers }: SendOptions) => (buffers ? bufferReplies : textReplies);
  if ('slots' in client || 'getSlotRandomNode' in client) {
    return (args, options) => client.sendCommand(options.key, false, args as RedisArgument[], mapping(options));
  }
  if ('getMasterNode' in client) {
    return (args, options) => client.sendCommand(false, args as RedisArgument[], mapping(options));
  }
  return (args, options) => client.sendCommand(args as RedisArgument[], mapping(options));
}
