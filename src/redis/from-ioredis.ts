import { createRedisPort } from './create-port.ts';
import { type DeadlineOptions, deadlineMsOf } from './deadline-option.ts';
import { adaptIoredis, type IoredisClient } from './ioredis-client.ts';
import { ioredisSubscriberLinks } from './ioredis-subscriber.ts';
import { ioredisTrackingLinks } from './ioredis-tracking.ts';
import { duplicatedIoredis } from './owned-ioredis.ts';
import type { RedisPort } from './port.ts';

/**
 * Uses a client of ioredis or iovalkey that the application made. It stays the application's: `close()` leaves it open.
 * By default such a client sends again by itself, after a reconnect, what was not answered. What is only added to (an append
 * without a key, a push, a task) may then be there twice without anybody being told, which this example switches off.
 * @throws InvalidOptionError for a deadline out of range.
 * @example fromIoredis(new Redis(url, { maxRetriesPerRequest: 1, autoResendUnfulfilledCommands: false }))
 */
export function fromIoredis(client: IoredisClient, options: DeadlineOptions = {}): RedisPort {
  const deadlineMs = deadlineMsOf(options);
  return createRedisPort(
    {
      owned: false,
      watchesLinks: false,
      ...adaptIoredis(client, { dedicated: false }),
      duplicate: (dedicatedMs) => duplicatedIoredis(client, deadlineMs, dedicatedMs),
      subscriberLinks: () => ioredisSubscriberLinks(client),
      trackingLinks: () => ioredisTrackingLinks(client),
      reset: () => {},
      close: async () => {},
    },
    { deadlineMs },
  );
}
