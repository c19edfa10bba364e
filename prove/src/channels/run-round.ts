/** One round: starts everything, breaks what the plan says, waits until all subscribers have all, and collects what is left. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Breakable, FaultDriver } from '../faults/fault-driver.ts';
import { monotonicMs } from '../ledger.ts';
import { producerName, workerName } from '../rounds/process-names.ts';
import { processRecord } from '../rounds/process-record.ts';
import type { RoundOutcome } from '../rounds/run-rounds.ts';
import { openStage } from '../rounds/stage.ts';
import { within } from '../within.ts';
import { checkRound, type Findings } from './check/check-round.ts';
import { type ChannelInspector, openInspector } from './inspector.ts';
import type { ChannelEntry } from './ledger-entry.ts';
import type { ChannelAddress, PublisherOrders, SubscriberOrders } from './orders.ts';
import type { RoundPlan } from './plan.ts';
import { SubscriberLives } from './subscriber-lives.ts';

/** From the first message until everybody has the last one; ten times what it takes when all is well. */
const roundTimeoutMs = 30_000;
const closeTimeoutMs = 5_000;

export async function runRound(plan: RoundPlan): Promise<RoundOutcome<Findings>> {
  const stage = await openStage();
  try {
    const { redis } = stage;
    const { isSharded, maxLength, deadlineMs, publishesAtOnce, stayMs, restartAfterMs } = plan;
    const address: ChannelAddress = { channel: 'proof', isSharded, maxLength, deadlineMs };
    const inspector = await openInspector({ ...address, url: redis.url });
    stage.afterwards(() => inspector.close());
    const subscriberEntry = new URL('./subscriber-main.ts', import.meta.url);
    const [children, publishers] = await Promise.all([
      Promise.all(
        plan.subscribers.map((subscriber, n) => {
          const strikes = plan.workerStrikes.filter(({ worker }) => worker === n);
          const after = subscriber.isLoop ? '0' : '';
          const orders: SubscriberOrders = { ...address, subscriber, after, strikes, stayMs };
          return stage.start(workerName(n), subscriberEntry, orders);
        }),
      ),
      Promise.all(
        plan.publishers.map((messages, n) => {
          const orders: PublisherOrders = { ...address, messages, publishesAtOnce };
          return stage.start(producerName(n), new URL('./publisher-main.ts', import.meta.url), orders);
        }),
      ),
    ]);

    const faults = new FaultDriver({ redis, children: [...children, ...publishers], strikes: plan.outsideStrikes });
    stage.afterwards(() => faults.stop());
    const published = Promise.all(publishers.map(({ process }) => process.exited));
    const subscribers = children.map((child, n) => {
      const startAgain = (name: string, after: string): Promise<Breakable> => {
        const subscriber = plan.subscribers[n]!;
        const orders: SubscriberOrders = { ...address, subscriber, after, strikes: [], stayMs };
        return stage.start(name, subscriberEntry, orders);
      };
      const mayRestart = () => (restartAfterMs === 'published' ? published : delay(restartAfterMs));
      return new SubscriberLives(child, startAgain, mayRestart);
    });
    const lateAt = performance.now() + roundTimeoutMs;
    await stage.go();
    await within(roundTimeoutMs, published).catch(() => {});
    const ended = publishers.map((child) => processRecord<ChannelEntry>(child, false));
    await Promise.all(publishers.map(({ process }) => process.kill()));
    const drainedAt = await caughtUp(inspector, subscribers, faults, lateAt);
    await faults.finish();
    const stopped = await Promise.all(subscribers.map((subscriber) => subscriber.stop(closeTimeoutMs)));
    const struck = await faults.finish();
    const planned = [...plan.workerStrikes, ...plan.outsideStrikes].map(({ fault }) => fault);
    const findings = checkRound({
      publishers: ended,
      subscribers: stopped,
      planned,
      faults: struck,
      drainedAt,
      kept: await inspector.kept(),
      maxLength,
      isTrimmed: plan.fault === 'trimmed',
      leftSubscriptions: await inspector.leftSubscriptions(),
      leakedKeys: await inspector.leakedKeys(),
    });
    return { findings, planned, struck };
  } finally {
    await stage.close();
  }
}

/** When all had the last message, with all faults over; `undefined` when that did not come in time. */
async function caughtUp(
  inspector: ChannelInspector,
  subscribers: readonly SubscriberLives[],
  faults: FaultDriver,
  lateAt: number,
): Promise<number | undefined> {
  await within(Math.max(1, lateAt - performance.now()), Promise.all(subscribers.map((each) => each.whole())));
  while (performance.now() < lateAt) {
    // Redis may be down, by the plan.
    const lastId = await inspector.lastId().catch(() => undefined);
    const isComplete = subscribers.every((subscriber) => subscriber.lastId === lastId);
    if (isComplete && !faults.areUnderWay) return monotonicMs();
    await delay(10);
  }
  return undefined;
}
