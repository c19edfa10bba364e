import type { RedisConnection } from './connection.ts';
import { kindOf, type NodeRedisClient, sendOf } from './node-redis-client.ts';
import { duplicateOf, type OwnedClient } from './node-redis-options.ts';
import { nodeRedisSubscriberLinks } from './node-redis-subscriber.ts';
import { nodeRedisTrackingLinks } from './node-redis-tracking.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';
import { saysReplica } from './says-replica.ts';

interface Attempt {
  readonly client: OwnedClient;
  readonly send: RedisConnection['send'];
  connecting: boolean;
  connected: boolean;
}

/**
 * A further connection with the options of the application's client. node-redis has no way to break a link and make
 * a new one, and some of its options end its attempts to reconnect: so each client that lost its link is destroyed and
 * the next duplicate takes its place, until `close()`.
 * @param connectMs the deadline of the port that the application made, which tells how fast a server must greet
 */
export function duplicatedNodeRedis(original: NodeRedisClient, connectMs: number, deadlineMs: number): RedisConnection {
  const kind = kindOf(original);
  const watchers: ((state: 'ready' | 'lost', cause?: unknown) => void)[] = [];
  // Discovery of a cluster or a group takes several round trips.
  const openingMs = Math.max(5_000, 4 * connectMs);
  let current: Attempt | undefined;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;

  function open(): void {
    const client = duplicateOf(original, deadlineMs);
    // A command of a cluster or a group may wait in the client for its node; later than this nobody wants the answer.
    const send = sendOf(client, kind === 'single' ? undefined : deadlineMs);
    const attempt: Attempt = { client, send, connecting: true, connected: false };
    current = attempt;
    const late = setTimeout(() => {
      replace(attempt, new Error('no greeting in time'));
      destroy(client);
    }, openingMs);
    late.unref();
    // Also after its end a client may report errors; without a listener they would end the process.
    client.on('error', (error) => {
      if (attempt.connected && !isUsable(attempt)) replace(attempt, error);
    });
    client.on('reconnecting', () => {
      if (attempt.connected && !isUsable(attempt)) replace(attempt);
    });
    client
      .connect()
      .then(() => {
        attempt.connected = true;
        if (!isUsable(attempt)) replace(attempt);
        if (current !== attempt) return;
        failures = 0;
        for (const watcher of watchers) watcher('ready');
      })
      .catch((error: unknown) => replace(attempt, error))
      .finally(() => {
        clearTimeout(late);
        attempt.connecting = false;
        if (current !== attempt) destroy(client);
      });
  }

  function replace(attempt: Attempt, cause?: unknown): void {
    if (current !== attempt) return;
    current = undefined;
    retire(attempt);
    retry = setTimeout(open, reconnectDelayMs(failures++));
    for (const watcher of watchers) watcher('lost', cause);
  }

  open();
  return {
    owned: true,
    watchesLinks: kind === 'cluster',
    isReady: () => current !== undefined && isUsable(current),
    send: async (args, options) => {
      const attempt = current;
      if (attempt === undefined) throw new Error('not connected');
      try {
        return await attempt.send(args, options);
      } catch (error) {
        if (kind !== 'cluster' && saysReplica(error)) replace(attempt, error);
        // A group's client that was destroyed trips over what it no longer has.
        throw error instanceof TypeError && current !== attempt ? new Error('its client was given up') : error;
      }
    },
    watch: (listener) => {
      watchers.push(listener);
    },
    duplicate: (nextMs) => duplicatedNodeRedis(original, connectMs, nextMs),
    subscriberLinks: () => nodeRedisSubscriberLinks(original, connectMs),
    trackingLinks: () => nodeRedisTrackingLinks(original, connectMs),
    reset: () => {
      if (current !== undefined) replace(current);
    },
    close: async () => {
      clearTimeout(retry);
      const last = current;
      current = undefined;
      if (last !== undefined) retire(last);
    },
  };
}

function isUsable({ client, connected }: Attempt): boolean {
  return connected && client.isReady && (client.getMasterNode === undefined || client.getMasterNode() !== undefined);
}

/**
 * A socket that is being opened survives `destroy()`, which is therefore repeated when `connect()` has ended. A cluster
 * would by then have forgotten its sockets: it is destroyed only then.
 */
function retire({ client, connecting }: Attempt): void {
  if (!connecting || kindOf(client) !== 'cluster') destroy(client);
}

/** Its commands are rejected at once. Does not wait: a group's client first ends what it is connecting to. */
function destroy(client: OwnedClient): void {
  Promise.resolve(client.destroy()).catch(() => {});
}
