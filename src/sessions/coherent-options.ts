import { InvalidOptionError } from '../errors.ts';
import { wholeNumber } from '../option-checks.ts';

/** Sessions served from this server's memory, exact by what Redis tells of changes. */
export interface CoherentOptions {
  /**
   * A copy is served only while it is proven that changes are heard: after this long without proof, sessions are read from
   * Redis again. So no server shows a session's old state longer than this after a change was answered. In milliseconds,
   * 100 to 60,000.
   * @default 1000
   */
  readonly leaseMs?: number;
  /** Most sessions kept in memory; those not used for longest go first. 1 to 1,000,000. @default 10000 */
  readonly maxSessions?: number;
}

export interface CopyLimits {
  /** `undefined`: copies are for outages only. */
  readonly leaseMs: number | undefined;
  readonly maxSessions: number;
  readonly staleMs: number;
}

/** @throws InvalidOptionError */
export function copyLimits(coherent: boolean | CoherentOptions, staleSeconds: number): CopyLimits {
  if (typeof coherent !== 'boolean' && (typeof coherent !== 'object' || coherent === null)) {
    throw new InvalidOptionError('session.coherent', 'true, false or { leaseMs, maxSessions }');
  }
  const { leaseMs = 1_000, maxSessions = 10_000 } = typeof coherent === 'object' ? coherent : {};
  return {
    leaseMs: coherent === false ? undefined : wholeNumber('session.coherent.leaseMs', leaseMs, 100, 60_000),
    maxSessions: wholeNumber('session.coherent.maxSessions', maxSessions, 1, 1_000_000),
    staleMs: 1_000 * wholeNumber('session.staleSeconds', staleSeconds, 0, 3_600),
  };
}
