/** What a round does, drawn from its seed before anything runs: how many tokens are revoked, what breaks when, and how. */
import { seededRandom } from '@sallyport/bench/seeded-random';
import { planOutsideStrike } from '../faults/plan-strike.ts';
import { type LinkFault, type OutsideStrike, outsideFaults, type ServerFault } from '../faults/strike.ts';
import { producerName, workerName } from '../rounds/process-names.ts';
import { seedOfRound } from '../rounds/run-rounds.ts';

/** `burst`: Redis is killed twice and a link becomes a black hole while tokens are revoked. */
export type RoundFault = LinkFault | ServerFault | 'none' | 'burst';

export const roundFaults: readonly RoundFault[] = ['none', ...outsideFaults, 'burst'];

export interface RoundPlan {
  readonly round: number;
  readonly fault: RoundFault;
  readonly tokens: number;
  readonly revokers: number;
  readonly verifiers: number;
  readonly leaseMs: number;
  readonly deadlineMs: number;
  readonly revokedAtOnce: number;
  readonly outsideStrikes: readonly OutsideStrike[];
}

export interface PlanOptions {
  readonly seed: number;
  readonly round: number;
  readonly fault: RoundFault;
  /** @default 10000 */
  readonly tokens?: number | undefined;
}

const revokers = 2;
const verifiers = 3;
const deadlineMs = 250;

export function planRound({ seed, round, fault, tokens = 10_000 }: PlanOptions): RoundPlan {
  const random = seededRandom(seedOfRound(seed, round));
  const workers = Array.from({ length: verifiers }, (_, n) => workerName(n));
  const producers = Array.from({ length: revokers }, (_, n) => producerName(n));
  // Only revokers write while a round lasts.
  const range = { deadlineMs, workers, producers, worked: 'revoked', produced: 'revoked', count: tokens };
  const strike = (kind: LinkFault | ServerFault) => planOutsideStrike(random, kind, range);
  const after = (part: number) => ({ event: 'revoked', count: Math.floor(tokens * part) });
  const burst = (): OutsideStrike[] => [
    { ...strike('redis-kill'), after: after(0.15) },
    { ...strike('link-black-hole'), after: after(0.4), targets: [random.pick(workers)], forMs: 6 * deadlineMs },
    { ...strike('redis-kill'), after: after(0.7) },
  ];
  return {
    round,
    fault,
    tokens,
    revokers,
    verifiers,
    leaseMs: random.pick([300, 1_000]),
    deadlineMs,
    revokedAtOnce: random.pick([4, 16]),
    outsideStrikes: fault === 'none' ? [] : fault === 'burst' ? burst() : [strike(fault)],
  };
}
