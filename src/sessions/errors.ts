import { SallyportError } from '../errors.ts';
import type { SessionLimitScope } from './user-sessions.ts';

/** Why a session is over although its time has not run out. */
export type SessionEndReason = 'logout' | 'rotated' | 'evicted' | 'revoked' | (string & {});

/** The session was ended (logged out, or given a new id) before this change reached it. Nothing was written. */
export class SessionEndedError extends SallyportError {
  override readonly name: string = 'SessionEndedError';
  readonly reason: SessionEndReason;

  constructor(reason: SessionEndReason, code = 'ERR_SESSION_ENDED') {
    super(code, `session ended: ${reason}`);
    this.reason = reason;
  }
}

/**
 * The session was ended from elsewhere: `evicted` by a login on another device, or `revoked` by the user or an
 * administrator.
 */
export class SessionEvictedError extends SessionEndedError {
  override readonly name: string = 'SessionEvictedError';

  constructor(reason: SessionEndReason) {
    super(reason, 'ERR_SESSION_EVICTED');
  }
}

/** Whether somebody is signed out who did not ask for it in this browser. */
export function isFromElsewhere(reason: SessionEndReason): boolean {
  return reason === 'evicted' || reason === 'revoked';
}

/** The error for a session that is over for this reason. */
export function sessionOver(reason: SessionEndReason): SessionEndedError {
  return isFromElsewhere(reason) ? new SessionEvictedError(reason) : new SessionEndedError(reason);
}

/** The user has as many sessions as `session.devices` allows, with `whenFull: 'reject'`. Nothing was stored. */
export class SessionLimitError extends SallyportError {
  override readonly name: string = 'SessionLimitError';
  /** Which limit was met. */
  readonly scope: SessionLimitScope;

  constructor(scope: SessionLimitScope) {
    super(
      'ERR_SESSION_LIMIT',
      scope === 'user' ? 'too many sessions: sign out on another device' : 'too many sessions on devices of this type',
    );
    this.scope = scope;
  }
}

/** There is no such session: it expired, or it never was. */
export class SessionNotFoundError extends SallyportError {
  override readonly name: string = 'SessionNotFoundError';

  constructor() {
    super('ERR_SESSION_NOT_FOUND', 'session not found');
  }
}

/** The identity given to a login cannot be one: an empty or overlong user id, name or role. Nothing was stored. */
export class SessionIdentityError extends SallyportError {
  override readonly name: string = 'SessionIdentityError';
  /** `userId`, `username` or `role`. */
  readonly member: string;

  constructor(member: string, accepted: string) {
    super('ERR_SESSION_IDENTITY_INVALID', `${member} must be ${accepted}`);
    this.member = member;
  }
}

/** The data of one session would be larger than `maxDataBytes`. Nothing was written. */
export class SessionDataTooLargeError extends SallyportError {
  override readonly name: string = 'SessionDataTooLargeError';
  readonly sizeBytes: number;
  readonly maxDataBytes: number;

  constructor(sizeBytes: number, maxDataBytes: number) {
    super(
      'ERR_SESSION_DATA_TOO_LARGE',
      `The session's data would be ${sizeBytes} bytes, more than the ${maxDataBytes} allowed. ` +
        'Keep it in your database and store its id in the session, or raise session.maxDataBytes.',
    );
    this.sizeBytes = sizeBytes;
    this.maxDataBytes = maxDataBytes;
  }
}

/** A value cannot be stored so that it comes back the same. Nothing was written. */
export class SessionNotSerialisableError extends SallyportError {
  override readonly name: string = 'SessionNotSerialisableError';
  /** Where in the data, e.g. `cart[2].price`. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super('ERR_SESSION_NOT_SERIALISABLE', `Session data at ${path} ${problem}.`);
    this.path = path;
  }
}

/** A stored record cannot be read: written by another codec or version, or damaged. It never counts as a login. */
export class SessionUndecodableError extends SallyportError {
  override readonly name: string = 'SessionUndecodableError';

  constructor(problem: string) {
    super(
      'ERR_SESSION_UNDECODABLE',
      `A stored session cannot be read: ${problem}. All servers must use the same session.codec and session.layout.`,
    );
  }
}

/** `update` was overtaken by other writers in every one of its attempts. Nothing was written. */
export class SessionConflictError extends SallyportError {
  override readonly name: string = 'SessionConflictError';

  constructor(field: string, attempts: number) {
    super('ERR_SESSION_CONFLICT', `The session field ${field} was changed by others in each of ${attempts} attempts.`);
  }
}
