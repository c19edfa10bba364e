/** A producer of a round: adds its tasks, and writes an id down only when it was told that the task is stored. */
import { setTimeout as delay } from 'node:timers/promises';
import { openLedger } from '../ledger.ts';
import { roundHasBegun, stageOrders } from '../rounds/stage-child.ts';
import type { QueueEntry } from './ledger-entry.ts';
import type { ProducerOrders } from './orders.ts';
import type { PlannedTask } from './plan.ts';
import { loadSubject } from './subjects.ts';

const orders = stageOrders<ProducerOrders>();
const { subject, queue, url, tasks, addsAtOnce, schedules } = orders;
const ledger = openLedger<QueueEntry>(orders.ledger, { synced: true });
const producer = await (await loadSubject(subject)).openProducer({ ...queue, url });
ledger.write({ event: 'ready' });
await roundHasBegun(orders);

/** However often it takes: what was not answered is added again under its id. */
async function insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await delay(20);
    }
  }
}

async function add(task: PlannedTask): Promise<void> {
  const { id, twice } = task;
  ledger.write({ event: 'asked', id });
  ledger.write({ event: 'acked', id, outcome: await insist(() => producer.add(task)) });
  if (twice) ledger.write({ event: 'acked', id, outcome: await insist(() => producer.add(task)) });
}

// All producers at the same time, as when an application starts on several servers.
for (const schedule of schedules) await insist(() => producer.putSchedule(schedule));
// The order inside a key is the order in which adds were answered, so they are made one after the other.
const lastOfKey = new Map<string, Promise<void>>();
const rest = [...tasks];
await Promise.all(
  Array.from({ length: addsAtOnce }, async () => {
    for (let task = rest.shift(); task !== undefined; task = rest.shift()) {
      const own = task;
      if (own.key === undefined) {
        await add(own);
      } else {
        const added = (lastOfKey.get(own.key) ?? Promise.resolve()).then(() => add(own));
        lastOfKey.set(own.key, added);
        await added;
      }
      await delay(own.pauseMs);
    }
  }),
);
// A deployment while they are in use: what is there already goes on.
for (const schedule of schedules) await insist(() => producer.putSchedule(schedule));
await producer.close();
ledger.write({ event: 'closed' });
