/** Why a refresh token was refused. All are answered 401: sign in again. */
import { TokenError } from '../errors.ts';
import type { FamilyEndReason } from './store.ts';

/** How a refresh token came back that ought not to; the class in the event `token.reuse`. */
export type RefreshReuse = 'replayed-after-grace' | 'replayed-after-logout' | 'unknown';

/** The refresh token was not used for too long, or its family has reached its absolute end. */
export class RefreshExpiredError extends TokenError {
  override readonly name: string = 'RefreshExpiredError';
  constructor() {
    super('ERR_REFRESH_EXPIRED', 'refresh token expired');
  }
}

/** The refresh token had been spent before, longer ago than the grace window. Its family has been ended. */
export class RefreshReusedError extends TokenError {
  override readonly name: string = 'RefreshReusedError';
  readonly reuse: Exclude<RefreshReuse, 'unknown'>;

  constructor(reuse: Exclude<RefreshReuse, 'unknown'>) {
    super('ERR_REFRESH_REUSED', 'refresh token reused');
    this.reuse = reuse;
  }
}

/** The family of the refresh token was ended: logged out, or given up because a token of it was stolen. */
export class RefreshEndedError extends TokenError {
  override readonly name: string = 'RefreshEndedError';
  readonly reason: FamilyEndReason;

  constructor(reason: FamilyEndReason) {
    super('ERR_REFRESH_ENDED', `refresh token ended: ${reason}`);
    this.reason = reason;
  }
}

/** The refresh token was issued to another device. */
export class RefreshDeviceError extends TokenError {
  override readonly name: string = 'RefreshDeviceError';
  constructor() {
    super('ERR_REFRESH_WRONG_DEVICE', 'refresh token of another device');
  }
}

/** This is no refresh token, or none that the store knows. */
export class RefreshUnknownError extends TokenError {
  override readonly name: string = 'RefreshUnknownError';
  constructor() {
    super('ERR_REFRESH_UNKNOWN', 'refresh token unknown');
  }
}
