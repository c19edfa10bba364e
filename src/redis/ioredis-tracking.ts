/** Connections that hear of changes to keys, through ioredis or iovalkey. */
import type { IoredisClient } from './ioredis-client.ts';
import { duplicateOf } from './ioredis-subscriber.ts';
import {
  invalidationChannel,
  type TrackingEvents,
  type TrackingLink,
  type TrackingLinks,
  trackingCommand,
  type Untrackable,
} from './tracking-link.ts';

/** @param original a client of the application or of ours: what is opened has its options, but reconnects never. */
export function ioredisTrackingLinks(original: IoredisClient): TrackingLinks | Untrackable {
  if (original.isCluster) return 'cluster';
  // The client puts it before the keys of every command: these are the names that Redis tells.
  const { keyPrefix = '' } = (original as { options?: { keyPrefix?: string } }).options ?? {};
  return { open: (prefixes, events) => open(duplicateOf(original), prefixes, keyPrefix, events) };
}

function open(
  client: IoredisClient,
  prefixes: readonly string[],
  keyPrefix: string,
  events: TrackingEvents,
): TrackingLink {
  let lastError: unknown;
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('close', () => events.lost(lastError));
  client.on('messageBuffer', (_channel: Buffer, keys: readonly Buffer[] | null) =>
    events.changed(keys === null ? null : keys.map((key) => key.toString().slice(keyPrefix.length))),
  );
  const connected = new Promise<void>((resolve, reject) => {
    client.on('ready', resolve);
    client.on('end', () => reject(lastError ?? new Error('the connection was closed')));
  });
  async function ready(): Promise<void> {
    await connected;
    const id = await client.call('CLIENT', 'ID');
    await client.call(
      ...trackingCommand(
        id,
        prefixes.map((prefix) => keyPrefix + prefix),
      ),
    );
    // ioredis knows it by its lower case name.
    await client.call('subscribe', invalidationChannel);
  }
  return { ready: ready(), destroy: () => client.disconnect() };
}
