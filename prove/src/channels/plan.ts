/** What a round does, drawn from its seed before anything runs: messages, subscribers, who breaks when, and how. */
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

export interface PlannedMessage {
  readonly name: string;
  /** Before the publisher goes on. */
  readonly pauseMs: number;
}

export interface PlannedSubscriber {
  /** Messages that may wait for the handler; beyond that it reads from the stream at its own pace. */
  readonly bufferSize: number;
  /** How long its handler takes at most; 0: it is a plain function. */
  readonly workMs: number;
  /** `for await` instead of a handler. */
  readonly isLoop: boolean;
}

/**
 * `come-and-go`: subscribers leave, and come back after their last message. `trimmed`: one that was killed comes back when
 * most of what it missed is no longer kept.
 */
type SingleFault = StruckFault['fault'] | 'come-and-go' | 'trimmed';
export type RoundFault = SingleFault | 'several';

const brokenTogether: readonly SingleFault[] = [...workerFaults, ...outsideFaults, 'come-and-go'];
export const roundFaults: readonly RoundFault[] = [...brokenTogether, 'trimmed', 'several'];

export interface RoundPlan {
  readonly round: number;
  readonly fault: RoundFault;
  readonly publishers: readonly (readonly PlannedMessage[])[];
  readonly subscribers: readonly PlannedSubscriber[];
  readonly isSharded: boolean;
  readonly maxLength: number;
  readonly deadlineMs: number;
  readonly workerStrikes: readonly WorkerStrike[];
  readonly outsideStrikes: readonly OutsideStrike[];
  /** Subscribers leave and come back after so long; 0: they stay. */
  readonly stayMs: number;
  /** One that was killed is started again after so long, or when all is published. */
  readonly restartAfterMs: number | 'published';
  readonly publishesAtOnce: number;
}

const publishers = 2;
const subscribers = 3;
const deadlineMs = 250;
/** Long enough that some hundred messages are missed. */
const shortestBreakMs = 300;

export interface PlanOptions {
  readonly seed: number;
  readonly round: number;
  readonly fault: RoundFault;
  /** @default 300 */
  readonly messagesPerPublisher?: number | undefined;
}

export function planRound({ seed, round, fault, messagesPerPublisher = 300 }: PlanOptions): RoundPlan {
  const random = seededRandom(seedOfRound(seed, round));
  const messages = Array.from({ length: publishers }, (_, publisher) => {
    const own = seededRandom(random.fork());
    return Array.from({ length: messagesPerPublisher }, (__, n) => {
      return { name: `r${round}-p${publisher}-${n}`, pauseMs: own.between(0, 20) };
    });
  });
  const total = publishers * messagesPerPublisher;
  const faults = fault === 'several' ? severalFaults(random) : fault === 'trimmed' ? ['worker-kill' as const] : [fault];
  const struck = random.shuffle(Array.from({ length: subscribers }, (_, n) => n));
  const workerStrikes: WorkerStrike[] = [];
  const outsideStrikes: OutsideStrike[] = [];
  for (const each of faults) {
    if (each === 'come-and-go' || each === 'trimmed') continue;
    if (isWorkerFault(each)) {
      const worker = struck.pop();
      // Each subscriber gets all messages. One that misses most of them goes early.
      const range = { leaseMs: shortestBreakMs, attempts: Math.floor(total / (fault === 'trimmed' ? 12 : 3)) };
      if (worker !== undefined) workerStrikes.push(planWorkerStrike(random, each, { ...range, worker }));
    } else {
      const producers = Array.from({ length: publishers }, (_, n) => producerName(n));
      const strike = planOutsideStrike(random, each, {
        deadlineMs,
        workers: Array.from({ length: subscribers }, (_, n) => workerName(n)),
        producers,
        worked: 'got',
        produced: 'acked',
        count: total,
      });
      // Who only listens asks for nothing that could vanish.
      const isAsking = strike.targets.some((name) => producers.includes(name));
      outsideStrikes.push(isAsking ? strike : { ...strike, direction: 'replies' });
    }
  }
  return {
    round,
    fault,
    publishers: messages,
    subscribers: Array.from({ length: subscribers }, () => ({
      bufferSize: random.pick([4, 1_000]),
      workMs: random.pick([0, 2]),
      isLoop: random.chance(0.3),
    })),
    isSharded: random.chance(0.3),
    // Redis removes a hundred at a time.
    maxLength: fault === 'trimmed' ? 50 : 10_000,
    deadlineMs,
    workerStrikes,
    outsideStrikes,
    stayMs: faults.includes('come-and-go') ? random.between(30, 150) : 0,
    restartAfterMs: fault === 'trimmed' ? 'published' : random.between(20, 600),
    publishesAtOnce: random.pick([3, 6]),
  };
}

function isWorkerFault(fault: SingleFault): fault is WorkerFault {
  return workerFaults.some((known) => known === fault);
}

function severalFaults(random: SeededRandom): SingleFault[] {
  return random.shuffle(brokenTogether).slice(0, random.between(2, 3));
}
