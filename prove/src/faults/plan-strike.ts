/** Draws when and how something breaks. */
import type { SeededRandom } from '@sallyport/bench/seeded-random';
import type { LinkFault, OutsideStrike, ServerFault, WorkerFault, WorkerStrike } from './strike.ts';

export interface WorkerStrikeRange {
  readonly worker: number;
  readonly leaseMs: number;
  /** Attempts that this worker makes at least. */
  readonly attempts: number;
}

export function planWorkerStrike(
  random: SeededRandom,
  fault: WorkerFault,
  { worker, leaseMs, attempts }: WorkerStrikeRange,
): WorkerStrike {
  const longerThanLeaseMs = random.between(Math.ceil((leaseMs * 4) / 3), Math.ceil((leaseMs * 7) / 3));
  return {
    fault,
    worker,
    phase: random.pick(['taken', 'working', 'effect', 'telling'] as const),
    attempt: random.between(5, attempts),
    forMs: fault === 'worker-freeze' ? 2 * leaseMs : fault === 'worker-block' ? longerThanLeaseMs : 0,
    afterMs: random.between(0, 2),
  };
}

export interface OutsideStrikeRange {
  readonly deadlineMs: number;
  readonly workers: readonly string[];
  readonly producers: readonly string[];
  /** A line that each worker writes for each piece of work, one that each producer does, and how many pieces there are. */
  readonly worked: string;
  readonly produced: string;
  readonly count: number;
}

export function planOutsideStrike(
  random: SeededRandom,
  fault: LinkFault | ServerFault,
  { deadlineMs, workers, producers, worked, produced, count }: OutsideStrikeRange,
): OutsideStrike {
  const whose = random.pick(['all', 'worker', 'producers'] as const);
  const event = random.pick([worked, produced]);
  return {
    fault,
    // Producers are done before the workers are: what is to hit them waits for their own lines.
    after: {
      event: whose === 'producers' ? produced : event,
      count: random.between(Math.floor(count / 20), Math.floor(count / 2)),
    },
    // What must wait until bytes are on their way may take as long; a reset and a flush are done at once.
    forMs:
      fault === 'redis-kill'
        ? random.between(50, 800)
        : fault === 'script-flush' || fault === 'link-reset'
          ? 0
          : 3 * deadlineMs,
    targets:
      whose === 'all' ? [...workers, ...producers] : whose === 'worker' ? [random.pick(workers)] : [...producers],
    direction: random.pick(['requests', 'replies'] as const),
  };
}
