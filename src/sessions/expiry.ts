import { InvalidOptionError } from '../errors.ts';
import type { SessionCodec } from './codec.ts';
import type { SessionDevice } from './device.ts';
import type { SessionData } from './session-data.ts';
import type { NewSessionRecord } from './store.ts';

/** When sessions end by themselves. At least one of the two must be set. */
export interface ExpiryOptions {
  /**
   * Sliding expiry: a session nobody uses for this long is gone; every access starts the time anew. `null` = off,
   * which with an absolute timeout is fixed expiry. A function gives each session its own, e.g. `byActivity(…)`.
   * @default 1800 (30 min)
   */
  readonly idleTimeoutSeconds?: number | null | IdleTimeout;
  /**
   * No session lives longer than this after it was created, however active its user is. `null` = no limit.
   * @default 43200 (12 h)
   */
  readonly absoluteTimeoutSeconds?: number | null;
}

/** What an idle timeout may depend on: a session as it was read, or is about to be stored. */
export interface TimedSession {
  readonly userId: string | undefined;
  readonly username: string | undefined;
  readonly role: string | undefined;
  /** By this server's clock while it is not stored yet, else by the store's. */
  readonly createdAt: Date;
  readonly device: SessionDevice | undefined;
  /** One field of the application's own data. */
  get<Field extends keyof SessionData & string>(field: Field): SessionData[Field] | undefined;
}

/**
 * How long this session may be idle, in seconds from 0.1 to 31536000. Asked before it is stored and at each access: must be
 * quick, and give the same for the same session. A new answer at an access is stored, which costs one round trip.
 */
export type IdleTimeout = (session: TimedSession) => number;

export type Activity = 'high' | 'normal' | 'low';

/**
 * An idle timeout by how active a session's user is, which the application knows.
 * @param timeouts in seconds. @default { high: 3600, normal: 1800, low: 900 }
 * @example idleTimeoutSeconds: byActivity(({ role }) => (role === 'admin' ? 'low' : 'normal'))
 */
export function byActivity(
  activity: (session: TimedSession) => Activity,
  timeouts: Partial<Readonly<Record<Activity, number>>> = {},
): IdleTimeout {
  const seconds: Record<Activity, number> = { high: 3_600, normal: 1_800, low: 900, ...timeouts };
  for (const tier of ['high', 'normal', 'low'] as const) milliseconds(`byActivity.${tier}`, seconds[tier]);
  return (session) => seconds[activity(session)];
}

export interface ExpiryPolicy {
  /** Of a new session, unless a function gives it. */
  readonly idleMs: number | undefined;
  readonly absoluteMs: number | undefined;
}

/** The default, and in the place of what a function gives. */
const normalIdleSeconds = 1_800;

/** @throws InvalidOptionError for a time out of range, or when no time is left that would end a session. */
export function expiryPolicy({
  idleTimeoutSeconds = normalIdleSeconds,
  absoluteTimeoutSeconds = 43_200,
}: ExpiryOptions): ExpiryPolicy {
  const policy = {
    idleMs: milliseconds(
      'session.idleTimeoutSeconds',
      typeof idleTimeoutSeconds === 'function' ? normalIdleSeconds : idleTimeoutSeconds,
    ),
    absoluteMs: milliseconds('session.absoluteTimeoutSeconds', absoluteTimeoutSeconds),
  };
  if (policy.idleMs === undefined && policy.absoluteMs === undefined) {
    throw new InvalidOptionError('session.absoluteTimeoutSeconds', 'set when session.idleTimeoutSeconds is null');
  }
  return policy;
}

/**
 * What an idle timeout that is a function says of a session, in ms.
 * @throws InvalidOptionError when that is out of range
 */
export function idleMsOf(timeout: IdleTimeout, session: TimedSession): number {
  // What a function gives cannot be known before it is asked, and null is not for one session.
  return milliseconds('session.idleTimeoutSeconds', timeout(session) ?? Number.NaN) as number;
}

/** What is known of a session before it is stored. */
export type UnstoredSession = Omit<NewSessionRecord, 'idleMs' | 'absoluteMs'>;

/** A new session as its idle timeout sees it. */
export function beforeStoring({ data, ...known }: UnstoredSession, codec: SessionCodec): TimedSession {
  return {
    userId: known.userId,
    username: known.username,
    role: known.role,
    device: known.device,
    createdAt: new Date(),
    get: <Field extends keyof SessionData & string>(field: Field) => {
      const raw = data.get(field);
      return raw === undefined ? undefined : (codec.decode(raw) as SessionData[Field]);
    },
  };
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
