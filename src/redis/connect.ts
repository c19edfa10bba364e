import type { Cluster, Redis } from 'ioredis';
import { SallyportError } from '../errors.ts';
import type { RedisConnection } from './connection.ts';
import { createRedisPort } from './create-port.ts';
import { type DeadlineOptions, deadlineMsOf } from './deadline-option.ts';
import { dedicatedClusterOptions, singleOptions } from './ioredis-options.ts';
import { ownedIoredis } from './owned-ioredis.ts';
import { parseRedisUrl, type RedisLocation } from './parse-url.ts';
import type { RedisPort } from './port.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';
import type { SubscriberLinks } from './subscriber-link.ts';
import { trackingLinksOnceOpen } from './tracking-link.ts';

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
  return createRedisPort(urlConnection(location, { connectMs: deadlineMs, deadlineMs, dedicated: false }), {
    deadlineMs,
  });
}

interface UrlOptions {
  /** The deadline of the port that `connectRedis` made, which tells how fast a server must be reached. */
  readonly connectMs: number;
  /** Of every command on this connection. */
  readonly deadlineMs: number;
  readonly dedicated: boolean;
}

/** A connection whose client is loaded on first use of the module, so that memory users need not install one. */
function urlConnection(location: RedisLocation, options: UrlOptions): RedisConnection {
  let inner: Omit<RedisConnection, 'duplicate'> | undefined;
  let closed = false;
  let missing: Error | undefined;
  const watchers: ((state: 'ready' | 'lost', cause?: unknown) => void)[] = [];

  const opened = openClient(location, options).then(
    (client) => {
      inner = ownedIoredis(client, options);
      for (const watcher of watchers) inner.watch(watcher);
      if (closed) client.disconnect();
    },
    (error: Error) => {
      missing = error;
      // "Ready" lets the commands that wait go on, to be told what is missing instead of waiting in vain.
      for (const watcher of watchers) watcher('ready');
    },
  );

  return {
    owned: true,
    watchesLinks: options.dedicated && location.topology === 'cluster',
    isReady: () => missing !== undefined || inner?.isReady() === true,
    send: (args, sendOptions) =>
      inner === undefined ? Promise.reject(missing ?? new Error('not connected')) : inner.send(args, sendOptions),
    together: (send) => (inner?.together === undefined ? send() : inner.together(send)),
    watch: (listener) => {
      watchers.push(listener);
      inner?.watch(listener);
    },
    duplicate: (deadlineMs) => urlConnection(location, { connectMs: options.connectMs, deadlineMs, dedicated: true }),
    subscriberLinks: () =>
      subscriberLinksOnceOpen(async () => {
        await opened;
        if (inner === undefined) throw missing ?? new Error('not connected');
        return inner.subscriberLinks();
      }),
    trackingLinks: () =>
      trackingLinksOnceOpen(async () => {
        await opened;
        const links = inner?.trackingLinks();
        if (typeof links !== 'object') throw missing ?? new Error('not connected');
        return links;
      }),
    reset: () => inner?.reset(),
    close: async () => {
      closed = true;
      await opened;
      await inner?.close();
    },
  };
}

function subscriberLinksOnceOpen(opened: () => Promise<SubscriberLinks>): SubscriberLinks {
  let links: SubscriberLinks | undefined;
  return {
    placeOf: async (name, isRetry) => {
      links ??= await opened();
      return links.placeOf(name, isRetry);
    },
    open: (place, events) => {
      if (links === undefined) throw new Error('no place is known yet');
      return links.open(place, events);
    },
  };
}

async function openClient(
  location: RedisLocation,
  { connectMs, deadlineMs, dedicated }: UrlOptions,
): Promise<Redis | Cluster> {
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
    connectTimeout: Math.max(1_000, connectMs),
    keepAlive: 10_000,
    ...singleOptions,
  };
  if (location.topology === 'cluster') {
    return new ioredis.Cluster([...location.hosts], {
      enableOfflineQueue: false,
      clusterRetryStrategy: reconnectDelayMs,
      ...(dedicated ? dedicatedClusterOptions : {}),
      slotsRefreshTimeout: Math.max(1_000, connectMs),
      redisOptions: { ...options, socketTimeout: 2 * deadlineMs },
    });
  }
  if (location.topology === 'sentinel') {
    return new ioredis.Redis({
      ...options,
      sentinels: [...location.hosts],
      name: location.sentinelName ?? '',
      ...(location.tls ? { enableTLSForSentinelMode: true } : {}),
    });
  }
  if (location.socketPath !== undefined) return new ioredis.Redis({ ...options, path: location.socketPath });
  const [server] = location.hosts;
  return new ioredis.Redis({ ...options, ...server });
}
