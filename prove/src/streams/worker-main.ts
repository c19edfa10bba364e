/** A server of a round: consumes for its groups, writes down what happens, trims, and breaks itself where the plan says. */
import { subscribe } from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';
import { BusinessError, type Consumer, createOnce, type DeliveredEvent, FatalError } from 'sallyport/streams';
import { OwnStrikes } from '../faults/own-strikes.ts';
import { openLedger } from '../ledger.ts';
import { openApp } from '../rounds/open-app.ts';
import { stageOrders } from '../rounds/stage-child.ts';
import { effectsKey } from './effects.ts';
import type { DeliveryMark, StreamEntry, Told } from './ledger-entry.ts';
import type { WorkerOrders } from './orders.ts';
import { endIn, type GroupName, type PlannedConsumer, type PlannedEvent } from './plan.ts';
import { watchSlowness } from './slowness.ts';

const orders = stageOrders<WorkerOrders>();
const { claimAfterMs, stayMs } = orders;
const ledger = openLedger<StreamEntry>(orders.ledger, { synced: false });
const own = new OwnStrikes(orders.strikes, ledger);
const { app, redis } = await openApp({ ...orders, repeatsCommands: orders.workerClient === 'repeating' });
const stream = app.stream<PlannedEvent>(orders.stream);
const once = createOnce(redis);
const trimEveryMs = 40;
/** Failures, and more claims than a round can have. */
const maxDeliveries = { plain: 8, others: 100 };
let started = 0;
let running = 0;

async function applied(group: GroupName, delivered: DeliveredEvent<PlannedEvent>): Promise<boolean> {
  if (group !== 'counted') return true;
  const count = ['HINCRBY', effectsKey(orders.stream), delivered.event.name, '1'] as const;
  return (await once(delivered, [count])).applied;
}

async function work(group: GroupName, delivered: DeliveredEvent<PlannedEvent>): Promise<void> {
  const { id, event, deliveries } = delivered;
  const mark: DeliveryMark = { group, id, name: event.name, deliveries };
  const number = ++started;
  const failed = (error: Error): Error => {
    ledger.write({ event: 'threw', ...mark });
    return error;
  };
  ledger.write({ event: 'started', ...mark });
  own.at('taken', number);
  // One at a time: a slow one would hold up all.
  const workMs = group === 'ordered' ? Math.min(event.workMs, 2) : event.workMs;
  if (workMs > 0) await delay(workMs);
  own.at('working', number);
  const end = endIn(group, event);
  if (end === 'business') throw failed(new BusinessError('as planned'));
  if (end === 'fatal') throw failed(new FatalError('as planned'));
  if (end === 'exhausted' || (group === 'plain' && deliveries <= event.failures)) throw failed(new Error('as planned'));
  try {
    ledger.write({ event: 'effect', applied: await applied(group, delivered), ...mark });
  } catch (error) {
    // Nobody knows whether it was applied; the next delivery finds out.
    throw failed(error as Error);
  }
  own.at('effect', number);
  if (group !== 'ordered' && event.tailMs > 0) await delay(event.tailMs);
  ledger.write({ event: 'returned', ...mark });
  own.at('telling', number);
}

function consume({ group, concurrency, batchSize }: PlannedConsumer): Consumer<PlannedEvent> {
  return stream.group(group).consume(
    async (delivered) => {
      running++;
      try {
        await work(group, delivered);
      } finally {
        running--;
      }
    },
    {
      concurrency,
      batchSize,
      claimAfterMs,
      claimEveryMs: claimAfterMs / 3,
      forgetAfterMs: 1_000,
      maxDeliveries: group === 'plain' ? maxDeliveries.plain : maxDeliveries.others,
      backOff: () => 60,
    },
  );
}

for (const told of ['done', 'retried', 'buried', 'stale'] satisfies Told[]) {
  subscribe(`sallyport:stream.entry.${told}`, (message) => {
    const { group, id } = message as { readonly group: GroupName; readonly id: string };
    ledger.write({ event: told, group, id });
  });
}
const over = new AbortController();
const inTime = (ms: number) => delay(ms, undefined, { signal: over.signal }).catch(() => {});

/** Consumers that leave after a while, and others in their place. */
async function consumeUntilOver(planned: PlannedConsumer): Promise<void> {
  let consumer = consume(planned);
  while (!over.signal.aborted) {
    await (stayMs > 0 ? inTime(stayMs) : new Promise((resolve) => over.signal.addEventListener('abort', resolve)));
    if (over.signal.aborted) break;
    const leaving = consumer;
    // Two at the same time would be two consumers of the group, which promises no order.
    if (planned.group === 'ordered') await leaving.close();
    consumer = consume(planned);
    await leaving.close();
  }
  await consumer.close({ deadlineMs: 5_000 });
}

async function trimUntilOver(): Promise<void> {
  while (!over.signal.aborted) {
    const entries = await stream.trim({ maxLength: 20 }).catch(() => 0);
    if (entries > 0) ledger.write({ event: 'trimmed', entries });
    await inTime(trimEveryMs);
  }
}

const ended = Promise.all([...orders.consumers.map(consumeUntilOver), trimUntilOver()]);
const slowness = watchSlowness(redis, claimAfterMs / 6, (forMs) => ledger.write({ event: 'slow', forMs }));
ledger.write({ event: 'ready' });

process.once('SIGTERM', async () => {
  over.abort();
  await ended;
  slowness.stop();
  await app.close();
  // Handlers of events that have become another's are nobody's, and still run.
  while (running > 0) await delay(5);
  ledger.write({ event: 'closed' });
  process.exit(0);
});
