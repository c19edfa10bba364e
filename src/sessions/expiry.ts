import { InvalidOptionError } from '../errors.ts';

/** When sessions end by themselves. At least one of the two must be set. */
export interface ExpiryOptions {
  /**
   * Sliding expiry: a session nobody uses for this long is gone; every access starts the time anew. `null` = off,
   * which with an absolute timeout is fixed expiry.
   * @default 1800 (30 min)
   */
  readonly idleTimeoutSeconds?: number | null;
  /**
   * No session lives longer than this after it was created, however active its user is. `null` = no limit.
   * @default 43200 (12 h)
   */
  readonly absoluteTimeoutSeconds?: number | null;
}

export interface ExpiryPolicy {
  readonly idleMs: number | undefined;
  readonly absoluteMs: number | undefined;
}

/** @throws InvalidOptionError for a time out of range, or when no time is left that would end a session. */
export function expiryPolicy({
  idleTimeoutSeconds = 1_800,
  absoluteTimeoutSeconds = 43_200,
}: ExpiryOptions): ExpiryPolicy {
  const policy = {
    idleMs: milliseconds('session.idleTimeoutSeconds', idleTimeoutSeconds),
    absoluteMs: milliseconds('session.absoluteTimeoutSeconds', absoluteTimeoutSeconds),
  };
  if (policy.idleMs === undefined && policy.absoluteMs === undefined) {
    throw new InvalidOptionError('session.absoluteTimeoutSeconds', 'set when session.idleTimeoutSeconds is null');
  }
  return policy;
}

function milliseconds(option: string, seconds: number | null): number | undefined {
  if (seconds === null) return undefined;
  // Fractions are allowed down to a tenth of a second, which tests and the lab's time scale use.
  if (!Number.isFinite(seconds) || seconds < 0.1 || seconds > 31_536_000) {
    throw new InvalidOptionError(option, 'a number of seconds from 0.1 to 31536000 (one year), or null');
  }
  return Math.round(seconds * 1_000);
}

/** One part of so many of the idle time is how much of it may pass before a coalesced renewal is due. */
export const renewalParts = 11;

/** How long after a renewal the next one is due, where renewals are coalesced (`renew: 'due'`). */
export function renewalGapMs(idleMs: number): number {
  return Math.floor(idleMs / renewalParts);
}

/** The moment a session ends when it is accessed at `now` and never again. */
export function expiresAt(now: number, idleMs: number | undefined, absoluteAt: number | undefined): number {
  return Math.min(idleMs === undefined ? Infinity : now + idleMs, absoluteAt ?? Infinity);
}
