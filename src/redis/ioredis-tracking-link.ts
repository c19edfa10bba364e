/** One connection that hears of changes to the keys of one server, through ioredis or iovalkey. */
import type { IoredisClient } from './ioredis-client.ts';
import { duplicateOf } from './ioredis-subscriber.ts';
import {
  invalidationChannel,
  singleServer,
  type TrackingEvents,
  type TrackingLink,
  trackingCommand,
} from './tracking-link.ts';

/**
 * @param original a client of the application or of ours: what is opened has its options, but reconnects never.
 * @param keyPrefix what the client puts before the keys of every command: Redis tells names with it
 */
export function trackingLinkOver(
  original: IoredisClient,
  prefixes: readonly string[],
  keyPrefix: string,
  events: TrackingEvents,
): TrackingLink {
  const client = duplicateOf(original);
  let lastError: unknown;
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('close', () => events.lost(lastError));
  client.on('messageBuffer', (_channel: Buffer, keys: readonly Buffer[] | null) =>
    events.changed(keys === null ? null : keys.map((key) => key.toString().slice(keyPrefix.length)), ''),
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
  return { ...singleServer, ready: ready(), destroy: () => client.disconnect() };
}
