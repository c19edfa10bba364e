/** What a round does, drawn from its seed before anything runs: tasks, who breaks when, and how. */

import { type SeededRandom, seededRandom } from '@sallyport/bench/seeded-random';
import { planOutsideStrike, planWorkerStrike } from '../faults/plan-strike.ts';
import {
  type OutsideStrike,
  outsideFaults,
  type StruckFault,
  type WorkerFault,
  type WorkerStrike,
  workerFaults,
} from '../faults/strike.ts';
import { producerName, workerName } from '../rounds/process-names.ts';
import { seedOfRound } from '../rounds/run-rounds.ts';

export type TaskEnd = 'done' | 'exhausted' | 'fatal' | 'business';

export interface PlannedTask {
  readonly id: string;
  readonly key?: string;
  readonly delayMs: number;
  /** How often its handler fails before it has its effect. */
  readonly failures: number;
  readonly end: TaskEnd;
  /** Added again, with the same id, as soon as it was stored. */
  readonly twice: boolean;
  /** Before its effect, and between the effect and the end of its handler. */
  readonly workMs: number;
  readonly tailMs: number;
  /** Before the producer that has added it adds the next. */
  readonly pauseMs: number;
}

type SingleFault = StruckFault['fault'] | 'two-schedulers';
export type RoundFault = SingleFault | 'several';

const singleFaults: readonly SingleFault[] = [...workerFaults, ...outsideFaults, 'two-schedulers'];
export const roundFaults: readonly RoundFault[] = [...singleFaults, 'several'];

export interface RoundPlan {
  readonly round: number;
  readonly fault: RoundFault;
  readonly producers: readonly (readonly PlannedTask[])[];
  readonly workers: number;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly deadlineMs: number;
  readonly workerStrikes: readonly WorkerStrike[];
  readonly outsideStrikes: readonly OutsideStrike[];
  /** Names of schedules that fire each second. */
  readonly schedules: readonly string[];
  /** Adds that a producer has under way at a time. */
  readonly addsAtOnce: number;
}

const producers = 2;
const workers = 3;
const leaseMs = 300;
const deadlineMs = 250;
export const attempts = 3;

export interface PlanOptions {
  readonly seed: number;
  readonly round: number;
  readonly fault: RoundFault;
  /** @default 200 */
  readonly tasksPerProducer?: number | undefined;
}

export function planRound({ seed, round, fault, tasksPerProducer = 200 }: PlanOptions): RoundPlan {
  const random = seededRandom(seedOfRound(seed, round));
  const tasks = Array.from({ length: producers }, (_, producer) => {
    const own = seededRandom(random.fork());
    return Array.from({ length: tasksPerProducer }, (__, n) => planTask(own, `r${round}-p${producer}-${n}`, producer));
  });
  const faults = fault === 'several' ? severalFaults(random) : [fault];
  const total = producers * tasksPerProducer;
  const spared = random.between(0, workers - 1);
  const struck = random.shuffle(Array.from({ length: workers }, (_, n) => n).filter((n) => n !== spared));
  const workerStrikes: WorkerStrike[] = [];
  const outsideStrikes: OutsideStrike[] = [];
  for (const each of faults) {
    if (each === 'two-schedulers') continue;
    if (isWorkerFault(each)) {
      const worker = struck.pop();
      // A third of its share is reached by each of them, however busy the others are.
      const range = { leaseMs, attempts: Math.floor(total / workers / 3) };
      if (worker !== undefined) workerStrikes.push(planWorkerStrike(random, each, { ...range, worker }));
    } else {
      outsideStrikes.push(
        planOutsideStrike(random, each, {
          deadlineMs,
          workers: Array.from({ length: workers }, (_, n) => workerName(n)),
          producers: Array.from({ length: producers }, (_, n) => producerName(n)),
          worked: 'effect',
          produced: 'acked',
          count: total,
        }),
      );
    }
  }
  return {
    round,
    fault,
    producers: tasks,
    workers,
    concurrency: random.pick([4, 8]),
    leaseMs,
    deadlineMs,
    workerStrikes,
    outsideStrikes,
    schedules: faults.includes('two-schedulers') ? ['tick', 'tock'] : [],
    addsAtOnce: random.pick([4, 16]),
  };
}

function isWorkerFault(fault: SingleFault): fault is WorkerFault {
  return workerFaults.some((known) => known === fault);
}

/** Two or three; not three that break a worker, since one is left alone. */
function severalFaults(random: SeededRandom): SingleFault[] {
  const drawn = random.shuffle(singleFaults).slice(0, random.between(2, 3));
  return drawn.every(isWorkerFault) ? drawn.slice(0, workers - 1) : drawn;
}

function planTask(random: SeededRandom, id: string, producer: number): PlannedTask {
  const kind = random.next();
  const workMs = random.between(0, 12);
  const tailMs = random.chance(0.5) ? random.between(1, 10) : 0;
  // Slower than the workers now and then, so that they also wait for tasks.
  const pauseMs = random.between(0, 30);
  const task = { id, delayMs: 0, failures: 0, end: 'done' as const, twice: false, workMs, tailMs, pauseMs };
  if (kind < 0.45) return task;
  if (kind < 0.65) {
    return { ...task, key: `p${producer}-k${random.between(0, 3)}`, failures: random.chance(0.15) ? 1 : 0 };
  }
  if (kind < 0.75) return { ...task, delayMs: random.between(50, 900) };
  if (kind < 0.85) return { ...task, failures: random.between(1, attempts - 1) };
  if (kind < 0.93) return { ...task, twice: true };
  return { ...task, end: random.pick(['exhausted', 'fatal', 'business'] as const) };
}
