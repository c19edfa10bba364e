import type { Cluster, Redis } from 'ioredis';
import { SallyportError } from '../errors.ts';
import type { RedisConnection } from './connection.ts';
import { createRedisPort } from './create-port.ts';
import { type DeadlineOptions, deadlineMsOf } from './deadline-option.ts';
import { ioredisConnection } from './from-ioredis.ts';
import { parseRedisUrl, type RedisLocation } from './parse-url.ts';
import type { RedisPort } from './port.ts';

/**
 * Connects to the Redis or Valkey at `url` with ioredis, which the application installs beside Sallyport. Returns at
 * once; commands wait for the connection, no longer than their deadline.
 *
 * URLs: `redis://`, `rediss://`, `redis+sentinel://a,b,c/0?name=group`, `redis+cluster://a,b,c`, `unix://`.
 * @throws InvalidOptionError for a URL that can not be read or a deadline out of range.
 */
export function connectRedis(url: string, options: DeadlineOptions = {}): RedisPort {
  const location = parseRedisUrl(url);
  const deadlineMs = deadlineMsOf(options);
  return createRedisPort(ownedConnection(location, deadlineMs), { deadlineMs });
}

type OwnedClient = Redis | Cluster;

/** A connection whose client is loaded on first use of the module, so that memory users need not install one. */
function ownedConnection(location: RedisLocation, deadlineMs: number): RedisConnection {
  let inner: RedisConnection | undefined;
  let client: OwnedClient | undefined;
  let closed = false;
  let missing: Error | undefined;
  const watchers: ((state: 'ready' | 'lost', cause?: unknown) => void)[] = [];

  const opened = openClient(location, deadlineMs).then(
    (made) => {
      client = made;
      inner = ioredisConnection(made);
      // One server must answer the handshake as quickly as it must answer commands; else the link is dead.
      const handshakeMs = Math.max(2_000, 2 * deadlineMs);
      let handshake: NodeJS.Timeout | undefined;
      made.on('connect', () => {
        handshake = setTimeout(() => made.disconnect(true), handshakeMs);
        handshake.unref();
      });
      for (const event of ['ready', 'close', 'end']) made.on(event, () => clearTimeout(handshake));
      for (const watcher of watchers) inner.watch(watcher);
      if (closed) made.disconnect();
    },
    (error: Error) => {
      missing = error;
      // "Ready" lets the commands that wait go on, to be told what is missing instead of waiting in vain.
      for (const watcher of watchers) watcher('ready');
    },
  );

  return {
    isReady: () => missing !== undefined || inner?.isReady() === true,
    send: (args, options) =>
      inner === undefined ? Promise.reject(missing ?? new Error('not connected')) : inner.send(args, options),
    watch: (listener) => {
      watchers.push(listener);
      inner?.watch(listener);
    },
    reset: () => client?.disconnect(true),
    close: async () => {
      closed = true;
      await opened;
      client?.disconnect();
    },
  };
}

async function openClient(location: RedisLocation, deadlineMs: number): Promise<OwnedClient> {
  const ioredis = await import('ioredis').catch((cause: unknown) => {
    throw new SallyportError('ERR_REDIS_CLIENT_MISSING', 'A Redis URL needs the package ioredis: npm install ioredis', {
      cause,
    });
  });
  const options = {
    ...(location.username === undefined ? {} : { username: location.username }),
    ...(location.password === undefined ? {} : { password: location.password }),
    ...(location.tls ? { tls: {} } : {}),
    db: location.database,
    // RESP2 keeps the replies the same on every server since 5.0 and spares the HELLO of the handshake.
    protocol: 2 as const,
    connectTimeout: Math.max(1_000, deadlineMs),
    keepAlive: 10_000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: reconnectDelayMs,
    // After a fail-over the old master may live on as a replica: only a new connection finds the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
  if (location.topology === 'cluster') {
    return new ioredis.Cluster([...location.hosts], {
      enableOfflineQueue: false,
      clusterRetryStrategy: reconnectDelayMs,
      slotsRefreshTimeout: Math.max(1_000, deadlineMs),
      redisOptions: { ...options, socketTimeout: 2 * deadlineMs },
    });
  }
  if (location.topology === 'sentinel') {
    return new ioredis.Redis({
      ...options,
      sentinels: [...location.hosts],
      name: location.sentinelName ?? '',
      sentinelRetryStrategy: reconnectDelayMs,
      ...(location.tls ? { enableTLSForSentinelMode: true } : {}),
    });
  }
  if (location.socketPath !== undefined) return new ioredis.Redis({ ...options, path: location.socketPath });
  const [server] = location.hosts;
  return new ioredis.Redis({ ...options, ...server });
}

/** Doubling from 50 ms to 500 ms, with half of it random so that servers do not return in step. */
function reconnectDelayMs(attempt: number): number {
  const ceiling = Math.min(500, 50 * 2 ** Math.min(attempt, 5));
  return ceiling / 2 + Math.random() * (ceiling / 2);
}
