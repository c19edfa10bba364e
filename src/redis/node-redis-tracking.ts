/** Connections that hear of changes to keys, through node-redis. */
import { kindOf, type NodeRedisClient } from './node-redis-client.ts';
import { duplicateOf, type OwnedClient } from './node-redis-options.ts';
import {
  invalidationChannel,
  singleServer,
  type TrackingEvents,
  type TrackingLink,
  type TrackingLinks,
  trackingCommand,
  type Untrackable,
} from './tracking-link.ts';

interface TrackingClient extends OwnedClient {
  /** On this channel node-redis gives lists of keys, and `null` when a database was emptied. */
  subscribe(channel: string, listener: (keys: readonly string[] | null) => void): Promise<unknown>;
}

/** @param original the application's: what is opened has its options, but is given up when its link is lost. */
export function nodeRedisTrackingLinks(original: NodeRedisClient, deadlineMs: number): TrackingLinks | Untrackable {
  const kind = kindOf(original);
  if (kind === 'cluster') return 'node-redis-cluster';
  // A group's client subscribes over a connection that it keeps to itself and that cannot be sent a command.
  if (kind === 'sentinel') return 'node-redis-sentinel';
  return { open: (prefixes, events) => open(duplicateOf(original, deadlineMs) as TrackingClient, prefixes, events) };
}

function open(client: TrackingClient, prefixes: readonly string[], events: TrackingEvents): TrackingLink {
  let isDestroyed = false;
  const lost = (cause?: unknown) => {
    if (!isDestroyed) events.lost(cause);
  };
  client.on('error', lost);
  client.on('reconnecting', lost);
  client.on('end', lost);
  async function ready(): Promise<void> {
    try {
      await client.connect();
      if (isDestroyed) throw new Error('given up');
      const id = await client.sendCommand(['CLIENT', 'ID']);
      await client.sendCommand(trackingCommand(id, prefixes));
      await client.subscribe(invalidationChannel, (keys) => events.changed(keys, ''));
    } finally {
      // A socket that is being opened survives `destroy()`.
      if (isDestroyed) destroyClient(client);
    }
  }
  return {
    ...singleServer,
    ready: ready(),
    destroy: () => {
      isDestroyed = true;
      destroyClient(client);
    },
  };
}

function destroyClient(client: TrackingClient): void {
  try {
    Promise.resolve(client.destroy()).catch(() => {});
  } catch {
    // It had ended by itself.
  }
}
