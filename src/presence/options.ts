import { InvalidOptionError } from '../errors.ts';
import { wholeNumber } from '../option-checks.ts';

export interface PresenceOptions {
  /** Who is silent for so long is offline; from 0.1 to 86400 (a day). The same on all servers. @default 600 (10 min) */
  readonly offlineAfterSeconds?: number;
  /**
   * How often at most this server tells of one user who is active all the time, in seconds: at most half of
   * `offlineAfterSeconds`. What is shown of the last activity is behind by so much at most.
   * @default 10, or a quarter of `offlineAfterSeconds` if that is less
   */
  readonly heartbeatSeconds?: number;
  /**
   * Most users whose heartbeats are kept while Redis is away, 1 to 1,000,000; of others they are dropped, until the next one.
   * @default 100000
   */
  readonly maxHeldUsers?: number;
}

export interface PresenceSettings {
  readonly offlineAfterMs: number;
  readonly heartbeatMs: number;
  readonly maxHeldUsers: number;
}

/** @throws InvalidOptionError */
export function presenceSettings({
  offlineAfterSeconds = 600,
  heartbeatSeconds,
  maxHeldUsers = 100_000,
}: PresenceOptions): PresenceSettings {
  if (typeof offlineAfterSeconds !== 'number' || !(offlineAfterSeconds >= 0.1 && offlineAfterSeconds <= 86_400)) {
    throw new InvalidOptionError('presence.offlineAfterSeconds', 'a number of seconds from 0.1 to 86400 (one day)');
  }
  const between = heartbeatSeconds ?? Math.min(10, offlineAfterSeconds / 4);
  if (typeof between !== 'number' || !(between >= 0.01 && between <= offlineAfterSeconds / 2)) {
    throw new InvalidOptionError(
      'presence.heartbeatSeconds',
      'a number of seconds from 0.01 to half of presence.offlineAfterSeconds',
    );
  }
  return {
    offlineAfterMs: Math.round(offlineAfterSeconds * 1_000),
    heartbeatMs: between * 1_000,
    maxHeldUsers: wholeNumber('presence.maxHeldUsers', maxHeldUsers, 1, 1_000_000),
  };
}

/** @throws InvalidOptionError unless it can be the id of a session's user */
export function userIdOf(userId: unknown): string {
  if (typeof userId !== 'string' || userId === '' || userId.length > 256) {
    throw new InvalidOptionError('userId', 'a string of 1 to 256 characters');
  }
  return userId;
}

/** @throws InvalidOptionError */
export function statusOf(status: unknown): string | undefined {
  if (status === undefined) return undefined;
  if (typeof status !== 'string' || !/^[A-Za-z0-9._-]{1,32}$/.test(status)) {
    throw new InvalidOptionError('status', '1 to 32 characters of A-Z a-z 0-9 . _ -');
  }
  return status;
}
