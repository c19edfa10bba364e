/** A producer of a round: appends its events, and writes one down only when it was told that the event is stored. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppendAmbiguousError } from 'sallyport/streams';
import { openLedger } from '../ledger.ts';
import { openApp } from '../rounds/open-app.ts';
import { roundHasBegun, stageOrders } from '../rounds/stage-child.ts';
import type { StreamEntry } from './ledger-entry.ts';
import type { ProducerOrders } from './orders.ts';
import type { PlannedAppend, PlannedEvent } from './plan.ts';

const orders = stageOrders<ProducerOrders>();
const ledger = openLedger<StreamEntry>(orders.ledger, { synced: true });
const { app } = await openApp(orders);
const stream = app.stream<PlannedEvent>(orders.stream);
ledger.write({ event: 'ready' });
await roundHasBegun(orders);

async function append({ events, isKeyed }: PlannedAppend): Promise<void> {
  for (const { name } of events) ledger.write({ event: 'asked', name });
  for (;;) {
    try {
      const [first] = events;
      const appended =
        events.length > 1 || first === undefined
          ? await stream.appendMany(events)
          : [await stream.append(first, isKeyed ? { key: first.name } : {})];
      for (const [n, { name }] of events.entries()) {
        ledger.write({ event: 'acked', name, id: appended[n]?.id ?? '', outcome: appended[n]?.outcome ?? '' });
      }
      return;
    } catch (error) {
      // Without a key it could be appended a second time. Any other error says that nothing was stored.
      if (error instanceof AppendAmbiguousError && !isKeyed) {
        for (const { name } of events) ledger.write({ event: 'ambiguous', name });
        return;
      }
      await delay(20);
    }
  }
}

const rest = [...orders.appends];
await Promise.all(
  Array.from({ length: orders.appendsAtOnce }, async () => {
    for (let each = rest.shift(); each !== undefined; each = rest.shift()) {
      await append(each);
      await delay(each.pauseMs);
    }
  }),
);
await app.close();
ledger.write({ event: 'closed' });
