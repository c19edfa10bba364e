import { createRedisPort } from './create-port.ts';
import { type DeadlineOptions, deadlineMsOf } from './deadline-option.ts';
import { adaptIoredis, type IoredisClient } from './ioredis-client.ts';
import { ioredisSubscriberLinks } from './ioredis-subscriber.ts';
import { ioredisTrackingLinks } from './ioredis-tracking.ts';
import { duplicatedIoredis } from './owned-ioredis.ts';
import type { RedisPort } from './port.ts';

/**
 * Uses a client of ioredis or iovalkey that the application made. It stays the application's: `close()` leaves it open.
 * @throws InvalidOptionError for a deadline out of range.
 * @example fromIoredis(new Redis(url, { maxRetriesPerRequest: 1 }))
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
