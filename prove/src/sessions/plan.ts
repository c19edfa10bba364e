/** What a round does, all of it drawn from its seed. */
import { seededRandom } from '@sallyport/bench/seeded-random';
import type { DeviceOptions } from 'sallyport/sessions';
import { seedOfRound } from '../rounds/run-rounds.ts';

/**
 * `one-per-type`, `single-login`: the newest stays. `refused`: the first one stays. `revoke-all`: while half of the logins
 * are under way, all are revoked. `server-kill`: one of the servers is killed while its logins are under way.
 */
export const roundFaults = ['one-per-type', 'single-login', 'refused', 'revoke-all', 'server-kill'] as const;
export type RoundFault = (typeof roundFaults)[number];

export interface RoundPlan {
  readonly fault: RoundFault;
  readonly userId: string;
  readonly layout: 'hash' | 'string';
  readonly devices: DeviceOptions;
  /** How many logins each server has under way at a time: where something comes in between, not all. */
  readonly atOnce: number;
  /** After how many answers of the first server the fault comes. */
  readonly afterAnswers: number;
}

const limits: Readonly<Record<RoundFault, DeviceOptions>> = {
  'one-per-type': { perDeviceType: 1 },
  'single-login': { perUser: 1 },
  refused: { perUser: 1, whenFull: 'reject' },
  'revoke-all': {},
  'server-kill': { perDeviceType: { phone: 1 } },
};

export function planRound(seed: number, round: number, fault: RoundFault, loginsPerServer: number): RoundPlan {
  const random = seededRandom(seedOfRound(seed, round));
  const isInterrupted = fault === 'revoke-all' || fault === 'server-kill';
  return {
    fault,
    userId: `user-${random.fork()}`,
    layout: random.pick(['hash', 'string']),
    devices: limits[fault],
    atOnce: isInterrupted ? random.between(1, 3) : loginsPerServer,
    // Each server has half of its logins left to make when all are revoked, and all of them when it is killed.
    afterAnswers: random.between(0, Math.floor(loginsPerServer / 2) - 2),
  };
}
