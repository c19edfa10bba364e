/** A publisher of a round: publishes each message once, and writes its id down when it was told. */
import { setTimeout as delay } from 'node:timers/promises';
import { openLedger } from '../ledger.ts';
import { roundHasBegun, stageOrders } from '../rounds/stage-child.ts';
import type { ChannelEntry } from './ledger-entry.ts';
import { openChannel } from './open-channel.ts';
import type { PublisherOrders } from './orders.ts';

const orders = stageOrders<PublisherOrders>();
const ledger = openLedger<ChannelEntry>(orders.ledger, { synced: true });
const { app, channel } = await openChannel(orders);
/** So that an outage does not use up all messages. */
const pauseAfterFailureMs = 50;
ledger.write({ event: 'ready' });
await roundHasBegun(orders);

const rest = [...orders.messages];
await Promise.all(
  Array.from({ length: orders.publishesAtOnce }, async () => {
    for (let each = rest.shift(); each !== undefined; each = rest.shift()) {
      const { name, pauseMs } = each;
      ledger.write({ event: 'asked', name });
      try {
        const { id = '' } = await channel.publish({ name });
        ledger.write({ event: 'acked', name, id });
      } catch {
        // To publish again could send it twice.
        ledger.write({ event: 'ambiguous', name });
        await delay(pauseAfterFailureMs);
      }
      await delay(pauseMs);
    }
  }),
);
await app.close();
ledger.write({ event: 'closed' });
