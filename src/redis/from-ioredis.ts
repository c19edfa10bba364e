import type { RedisConnection } from './connection.ts';
import { createRedisPort } from './create-port.ts';
import { type DeadlineOptions, deadlineMsOf } from './deadline-option.ts';
import type { RedisPort } from './port.ts';

/** The members of an ioredis or iovalkey client (single, Sentinel or Cluster) that are used. */
export interface IoredisClient {
  readonly status: string;
  call(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
  callBuffer(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
  on(event: string, listener: (argument?: unknown) => void): unknown;
  disconnect(reconnect?: boolean): void;
}

/**
 * Uses a client of ioredis or iovalkey that the application made. It stays the application's: `close()` leaves it open.
 * @throws InvalidOptionError for a deadline out of range.
 * @example fromIoredis(new Redis(url, { maxRetriesPerRequest: 1 }))
 */
export function fromIoredis(client: IoredisClient, options: DeadlineOptions = {}): RedisPort {
  return createRedisPort(ioredisConnection(client), { deadlineMs: deadlineMsOf(options) });
}

/** Adapts a client; `reset` and `close` are left to whoever made it. */
export function ioredisConnection(client: IoredisClient): RedisConnection {
  return {
    isReady: () => client.status === 'ready',
    send: ([name, ...args], { buffers }) =>
      buffers ? client.callBuffer(String(name), ...args) : client.call(String(name), ...args),
    watch: (listener) => {
      let lastError: unknown;
      client.on('ready', () => listener('ready'));
      client.on('error', (error) => {
        lastError = error;
      });
      client.on('close', () => listener('lost', lastError));
      client.on('end', () => listener('lost', lastError));
    },
    reset: () => {},
    close: async () => {},
  };
}
