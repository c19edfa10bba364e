/** What a round does, drawn from its seed before anything runs: events, groups, who breaks when, and how. */
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

/**
 * `counted`: effects in Redis, by `once`. `plain`: effects that may come again; its handlers fail as planned. `shared`:
 * the same, but they succeed. `ordered`: one consumer, one handler at a time.
 */
export type GroupName = 'counted' | 'plain' | 'shared' | 'ordered';
export const groupNames: readonly GroupName[] = ['counted', 'plain', 'shared', 'ordered'];

export type EventEnd = 'done' | 'exhausted' | 'fatal' | 'business';

export interface PlannedEvent {
  readonly name: string;
  /** How often its handler fails in the group `plain` before it has its effect. */
  readonly failures: number;
  /** In the group `plain`; `counted` knows only `fatal` and `business`, the others only `done`. */
  readonly end: EventEnd;
  /** Before its effect, and between the effect and the end of its handler. */
  readonly workMs: number;
  readonly tailMs: number;
}

/** What a producer does in one call. */
export interface PlannedAppend {
  /** One for `append`, more for `appendMany`. */
  readonly events: readonly PlannedEvent[];
  /** Appended with a key, and again until it is answered. Without one, an append that is not answered is left at that. */
  readonly isKeyed: boolean;
  /** Before the producer goes on. */
  readonly pauseMs: number;
}

/** A consumer in a process. */
export interface PlannedConsumer {
  readonly group: GroupName;
  readonly concurrency: number;
  readonly batchSize: number;
}

/**
 * `steady`: events come about as fast as they are handled. `backlog`: far faster, and handlers are quick, so that consumers
 * send a turn before the one in front of it is answered.
 */
type Load = 'steady' | 'backlog';
/** `repeating`: one that sends again by itself, after a reconnect, what was not answered (ioredis' defaults). */
export type WorkerClient = 'bounded' | 'repeating';

type SingleFault = StruckFault['fault'] | 'join-and-leave';
export type RoundFault = SingleFault | 'several';

const singleFaults: readonly SingleFault[] = [...workerFaults, ...outsideFaults, 'join-and-leave'];
export const roundFaults: readonly RoundFault[] = [...singleFaults, 'several'];

export interface RoundPlan {
  readonly round: number;
  readonly fault: RoundFault;
  readonly producers: readonly (readonly PlannedAppend[])[];
  /** For each process. */
  readonly workers: readonly (readonly PlannedConsumer[])[];
  readonly claimAfterMs: number;
  readonly deadlineMs: number;
  readonly workerStrikes: readonly WorkerStrike[];
  readonly outsideStrikes: readonly OutsideStrike[];
  /** Consumers leave after so long, and others join in their place; 0: they stay. */
  readonly stayMs: number;
  /** Appends that a producer has under way at a time. */
  readonly appendsAtOnce: number;
  readonly load: Load;
  readonly workerClient: WorkerClient;
}

const producers = 2;
const workers = 3;
const claimAfterMs = 300;
const deadlineMs = 250;

export interface PlanOptions {
  readonly seed: number;
  readonly round: number;
  readonly fault: RoundFault;
  /** @default 120 */
  readonly appendsPerProducer?: number | undefined;
}

export function planRound({ seed, round, fault, appendsPerProducer = 120 }: PlanOptions): RoundPlan {
  const random = seededRandom(seedOfRound(seed, round));
  const load: Load = random.chance(0.4) ? 'backlog' : 'steady';
  const appends = Array.from({ length: producers }, (_, producer) => {
    const own = seededRandom(random.fork());
    return Array.from({ length: appendsPerProducer }, (__, n) => planAppend(own, load, `r${round}-p${producer}-${n}`));
  });
  const faults = fault === 'several' ? severalFaults(random) : [fault];
  const total = producers * appendsPerProducer;
  const spared = random.between(0, workers - 1);
  const struck = random.shuffle(Array.from({ length: workers }, (_, n) => n).filter((n) => n !== spared));
  const workerStrikes: WorkerStrike[] = [];
  const outsideStrikes: OutsideStrike[] = [];
  for (const each of faults) {
    if (each === 'join-and-leave') continue;
    if (isWorkerFault(each)) {
      const worker = struck.pop();
      // A third of its share is reached by each of them, however busy the others are.
      const range = { leaseMs: claimAfterMs, attempts: Math.floor(total / 3) };
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
  const killed = new Set(workerStrikes.flatMap((strike) => (strike.fault === 'worker-kill' ? [strike.worker] : [])));
  // Nobody would take over from a consumer that is alone in its group.
  const ordering = random.pick(Array.from({ length: workers }, (_, n) => n).filter((n) => !killed.has(n)));
  const pace =
    load === 'backlog'
      ? // Small batches for turns that are sent ahead: one in six, measured.
        random.pick([
          { concurrency: 2, batchSize: 4 },
          { concurrency: 32, batchSize: 100 },
        ])
      : { concurrency: random.pick([4, 8]), batchSize: 20 };
  return {
    round,
    fault,
    producers: appends,
    workers: Array.from({ length: workers }, (_, n) => [
      { group: 'counted', ...pace },
      { group: 'plain', ...pace },
      // Two consumers; one of them takes no strike of its own.
      ...(n === spared || n === (spared + 1) % workers ? [{ ...pace, group: 'shared', concurrency: 2 } as const] : []),
      ...(n === ordering ? [{ ...pace, group: 'ordered', concurrency: 1 } as const] : []),
    ]),
    claimAfterMs,
    deadlineMs,
    workerStrikes,
    outsideStrikes,
    stayMs: faults.includes('join-and-leave') ? random.between(60, 240) : 0,
    appendsAtOnce: random.pick([3, 6]),
    load,
    workerClient: random.pick(['bounded', 'repeating'] as const),
  };
}

/** What the plan wants of an event in a group. */
export function endIn(group: GroupName, { end }: PlannedEvent): EventEnd {
  if (group === 'plain') return end;
  return group === 'counted' && end !== 'exhausted' ? end : 'done';
}

function isWorkerFault(fault: SingleFault): fault is WorkerFault {
  return workerFaults.some((known) => known === fault);
}

/** Two or three; not three that break a worker, since one is left alone. */
function severalFaults(random: SeededRandom): SingleFault[] {
  const drawn = random.shuffle(singleFaults).slice(0, random.between(2, 3));
  return drawn.every(isWorkerFault) ? drawn.slice(0, workers - 1) : drawn;
}

function planAppend(random: SeededRandom, load: Load, name: string): PlannedAppend {
  // Slower than the consumers now and then, so that they also wait for events.
  const pauseMs = load === 'backlog' ? 0 : random.between(0, 30);
  const kind = random.next();
  if (kind >= 0.85) {
    const size = load === 'backlog' ? random.between(20, 60) : random.between(2, 5);
    const events = Array.from({ length: size }, (_, n) => planEvent(random, load, `${name}-${n}`));
    return { events, isKeyed: false, pauseMs };
  }
  return { events: [planEvent(random, load, name)], isKeyed: kind < 0.5, pauseMs };
}

function planEvent(random: SeededRandom, load: Load, name: string): PlannedEvent {
  const event = { name, failures: 0, end: 'done' as const, ...planWork(random, load) };
  const kind = random.next();
  if (kind < 0.82) return event;
  if (kind < 0.92) return { ...event, failures: random.between(1, 2) };
  return { ...event, end: random.pick(['exhausted', 'fatal', 'business'] as const) };
}

function planWork(random: SeededRandom, load: Load): Pick<PlannedEvent, 'workMs' | 'tailMs'> {
  const isSlow = load === 'steady' ? 0.02 : 0.002;
  // Some are worked on for longer than an event may be silent.
  if (random.chance(isSlow)) return { workMs: random.between(claimAfterMs, 2 * claimAfterMs), tailMs: 0 };
  if (load === 'backlog') return { workMs: 0, tailMs: 0 };
  return { workMs: random.between(0, 12), tailMs: random.chance(0.5) ? 3 : 0 };
}
