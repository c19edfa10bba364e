/** One round: starts everything, breaks what the plan says, waits until all groups are done, and collects what is left. */
import { setTimeout as delay } from 'node:timers/promises';
import { FaultDriver } from '../faults/fault-driver.ts';
import { monotonicMs } from '../ledger.ts';
import { producerName, workerName } from '../rounds/process-names.ts';
import { processRecord } from '../rounds/process-record.ts';
import type { RoundOutcome } from '../rounds/run-rounds.ts';
import { openStage } from '../rounds/stage.ts';
import { within } from '../within.ts';
import { checkRound, type Findings } from './check/check-round.ts';
import type { Evidence } from './check/evidence.ts';
import { openInspector, type StreamInspector } from './inspector.ts';
import type { StreamEntry } from './ledger-entry.ts';
import type { ProducerOrders, WorkerOrders } from './orders.ts';
import type { RoundPlan } from './plan.ts';

const stream = 'proof';
/** From the first append until all groups are done; ten times what it takes when all is well. */
const roundTimeoutMs = 30_000;
/** More than a process takes that gives up on its handlers after 5 s. */
const closeTimeoutMs = 8_000;
/** Silent consumers are forgotten after a second, at the next search. */
const forgetTimeoutMs = 5_000;

export async function runRound(plan: RoundPlan): Promise<RoundOutcome<Findings>> {
  const stage = await openStage();
  try {
    const { redis } = stage;
    const inspector = await openInspector(redis.url, stream);
    stage.afterwards(() => inspector.close());
    const { deadlineMs, claimAfterMs, stayMs, appendsAtOnce, workerClient } = plan;
    const [workers, producers] = await Promise.all([
      Promise.all(
        plan.workers.map((consumers, n) => {
          const strikes = plan.workerStrikes.filter(({ worker }) => worker === n);
          const orders: WorkerOrders = {
            stream,
            deadlineMs,
            workerClient,
            consumers,
            claimAfterMs,
            strikes,
            stayMs,
          };
          return stage.start(workerName(n), new URL('./worker-main.ts', import.meta.url), orders);
        }),
      ),
      Promise.all(
        plan.producers.map((appends, n) => {
          const orders: ProducerOrders = { stream, deadlineMs, appends, appendsAtOnce };
          return stage.start(producerName(n), new URL('./producer-main.ts', import.meta.url), orders);
        }),
      ),
    ]);

    const faults = new FaultDriver({ redis, children: [...workers, ...producers], strikes: plan.outsideStrikes });
    stage.afterwards(() => faults.stop());
    const lateAt = performance.now() + roundTimeoutMs;
    await stage.go();
    await within(roundTimeoutMs, Promise.all(producers.map(({ process }) => process.exited))).catch(() => {});
    // One whose appends are never answered would go on for ever.
    const ended = producers.map((child) => processRecord<StreamEntry>(child, false));
    await Promise.all(producers.map(({ process }) => process.kill()));
    const drainedAt = await drained(inspector, faults, lateAt);
    await faults.finish();
    const gone = new Set(workers.filter(({ process }) => !process.isRunning));
    const living = plan.workers.filter((_, n) => !gone.has(workers[n]!)).flat().length;
    const unforgotten = drainedAt === undefined ? [] : await unforgottenOf(inspector, living);
    await Promise.all(workers.map(({ process }) => process.stop(closeTimeoutMs)));
    const struck = await faults.finish();
    const planned = [...plan.workerStrikes, ...plan.outsideStrikes].map(({ fault }) => fault);
    const evidence: Evidence = {
      claimAfterMs,
      appends: plan.producers.flat(),
      producers: ended,
      workers: workers.map((child) => processRecord<StreamEntry>(child, !gone.has(child))),
      planned,
      faults: struck,
      isChanging: stayMs > 0,
      drainedAt,
      dead: await inspector.dead(),
      applied: await inspector.applied(),
      kept: await inspector.kept(),
      unforgotten: [...unforgotten, ...(drainedAt === undefined ? [] : await inspector.consumers())],
      pendingAtEnd: drainedAt === undefined ? [] : await inspector.pending(),
      untrimmed: drainedAt === undefined ? 0 : await inspector.trimAll(),
      leakedKeys: drainedAt === undefined ? [] : await inspector.leakedKeys(),
    };
    return { findings: checkRound(evidence), planned, struck };
  } finally {
    await stage.close();
  }
}

/** When nothing was open any more, with all faults over; `undefined` when that did not come in time. */
async function drained(inspector: StreamInspector, faults: FaultDriver, lateAt: number): Promise<number | undefined> {
  while (performance.now() < lateAt) {
    // Redis may be down, by the plan.
    const open = await inspector.open().catch(() => undefined);
    if (open === 0 && !faults.areUnderWay) return monotonicMs();
    await delay(10);
  }
  return undefined;
}

/** Consumers that are known beyond those that live, after a while. While some leave and join there may be one more. */
async function unforgottenOf(inspector: StreamInspector, living: number): Promise<string[]> {
  const lateAt = performance.now() + forgetTimeoutMs;
  for (;;) {
    const known = await inspector.consumers();
    if (known.length <= living) return [];
    if (performance.now() > lateAt) return known.map((name) => `${name}, one of ${known.length} where ${living} live`);
    await delay(20);
  }
}
