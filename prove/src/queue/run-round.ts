/** One round: starts everything, breaks what the plan says, waits until the queue is empty, and collects what is left. */
import { setTimeout as delay } from 'node:timers/promises';
import { FaultDriver } from '../faults/fault-driver.ts';
import { monotonicMs } from '../ledger.ts';
import { findInRedis } from '../rounds/find-in-redis.ts';
import { producerName, workerName } from '../rounds/process-names.ts';
import { processRecord } from '../rounds/process-record.ts';
import type { RoundOutcome } from '../rounds/run-rounds.ts';
import { openStage } from '../rounds/stage.ts';
import { within } from '../within.ts';
import { attemptsOf } from './check/attempts.ts';
import { checkRound, type Findings } from './check/check-round.ts';
import { unfinishedOf } from './check/ends.ts';
import type { Evidence } from './check/evidence.ts';
import type { QueueEntry } from './ledger-entry.ts';
import type { ProducerOrders, WorkerOrders } from './orders.ts';
import type { RoundPlan } from './plan.ts';
import type { ProofInspector, SubjectName } from './subject.ts';
import { loadSubject } from './subjects.ts';

const queueName = 'proof';
/** From the first add to the empty queue; ten times what it takes when all is well. */
const roundTimeoutMs = 30_000;
const askTimeoutMs = 5_000;
/** More than a worker takes that gives up on its handlers after 5 s. */
const closeTimeoutMs = 8_000;
/** Schedules fire each second: two whole slots at least. */
const schedulesMs = 3_100;

export async function runRound(subjectName: SubjectName, plan: RoundPlan): Promise<RoundOutcome<Findings>> {
  const stage = await openStage();
  try {
    const { redis } = stage;
    const subject = await loadSubject(subjectName);
    const queue = { name: queueName, leaseMs: plan.leaseMs, deadlineMs: plan.deadlineMs };
    const inspector = await subject.openInspector({ ...queue, url: redis.url, deadlineMs: 2_000 });
    stage.afterwards(() => inspector.close());
    const common = { subject: subjectName, queue };
    const [workers, producers] = await Promise.all([
      Promise.all(
        Array.from({ length: plan.workers }, (_, n) => {
          const strikes = plan.workerStrikes.filter(({ worker }) => worker === n);
          const orders: WorkerOrders = { ...common, concurrency: plan.concurrency, strikes };
          return stage.start(workerName(n), new URL('./worker-main.ts', import.meta.url), orders);
        }),
      ),
      Promise.all(
        plan.producers.map((tasks, n) => {
          const { addsAtOnce, schedules } = plan;
          const orders: ProducerOrders = { ...common, tasks, addsAtOnce, schedules };
          return stage.start(producerName(n), new URL('./producer-main.ts', import.meta.url), orders);
        }),
      ),
    ]);

    const faults = new FaultDriver({ redis, children: [...workers, ...producers], strikes: plan.outsideStrikes });
    stage.afterwards(() => faults.stop());
    const began = performance.now();
    await stage.go();
    await within(roundTimeoutMs, Promise.all(producers.map(({ process }) => process.exited))).catch(() => {});
    // One whose adds are never answered would go on for ever.
    const ended = producers.map((child) => processRecord<QueueEntry>(child, false));
    await Promise.all(producers.map(({ process }) => process.kill()));
    if (plan.schedules.length > 0 && subject.promises.schedules) {
      await delay(Math.max(0, began + schedulesMs - performance.now()));
      await within(askTimeoutMs, inspector.removeSchedules(plan.schedules));
    }
    const drainedAt = await drained(inspector, faults, began + roundTimeoutMs);
    await faults.finish();
    const gone = new Set(workers.filter(({ process }) => !process.isRunning));
    await Promise.all(workers.map(({ process }) => process.stop(closeTimeoutMs)));
    const struck = await faults.finish();
    const seen = {
      producers: ended,
      workers: workers.map((child) => processRecord<QueueEntry>(child, !gone.has(child))),
      shelves: await within(askTimeoutMs, inspector.shelves()),
    };
    const unfinished = unfinishedOf(seen, attemptsOf(seen.workers));
    const found = await within(askTimeoutMs, findInRedis(redis.port, unfinished));
    const planned = [...plan.workerStrikes, ...plan.outsideStrikes].map(({ fault }) => fault);
    const evidence: Evidence = {
      ...seen,
      promises: subject.promises,
      leaseMs: plan.leaseMs,
      tasks: plan.producers.flat(),
      schedules: plan.schedules,
      planned,
      faults: struck,
      drainedAt,
      whereabouts: new Map([...found].map(([id, keys]) => [id, { keys, isHeld: keys.some(subject.isHolding) }])),
      leakedKeys: await within(askTimeoutMs, inspector.leakedKeys()),
    };
    return { findings: checkRound(evidence), planned, struck };
  } finally {
    await stage.close();
  }
}

/** When nothing was open any more, with all faults over; `undefined` when that did not come in time. */
async function drained(inspector: ProofInspector, faults: FaultDriver, lateAt: number): Promise<number | undefined> {
  while (performance.now() < lateAt) {
    // Redis may be down, by the plan.
    const open = await within(askTimeoutMs, inspector.open()).catch(() => undefined);
    if (open === 0 && !faults.areUnderWay) return monotonicMs();
    await delay(10);
  }
  return undefined;
}
