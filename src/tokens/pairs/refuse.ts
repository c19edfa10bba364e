import { emit } from '../../telemetry/events.ts';
import type { TokenError } from '../errors.ts';
import {
  RefreshDeviceError,
  RefreshEndedError,
  RefreshExpiredError,
  RefreshReusedError,
  RefreshUnknownError,
} from './errors.ts';
import type { RefreshToken } from './refresh-token.ts';
import type { Rotation } from './store.ts';

export type Refusal = Exclude<Rotation, { readonly status: 'rotated' | 'repeated' }>;

export function isRefusal(rotation: Rotation): rotation is Refusal {
  return rotation.status !== 'rotated' && rotation.status !== 'repeated';
}

/** By how much the clock of a server may be behind that of the store before "expired" looks like "unknown". */
const clockSkewMs = 60_000;

/** The error for a refresh token that was refused; raises the alarm where there is one to raise. */
export function refuse(
  { key, expiresAtSeconds }: RefreshToken,
  rotation: Refusal,
  { nowMs, graceMs }: { readonly nowMs: number; readonly graceMs: number },
): TokenError {
  const familyId = key.id;
  switch (rotation.status) {
    case 'replayed':
      emit('token.reuse', { class: 'replayed-after-grace', familyId, ...rotation.owner });
      return new RefreshReusedError('replayed-after-grace');
    case 'wrong-device':
      emit('token.device.refused', { familyId, ...rotation.owner, familyEnded: rotation.ended });
      return new RefreshDeviceError();
    case 'ended':
      // Right after a logout it is another tab that did not know yet, and after a theft the owner who comes to know.
      if (rotation.reason !== 'logout' || rotation.sinceMs < graceMs) return new RefreshEndedError(rotation.reason);
      emit('token.reuse', { class: 'replayed-after-logout', familyId, ...rotation.owner });
      return new RefreshReusedError('replayed-after-logout');
    case 'unknown':
      emit('token.reuse', { class: 'unknown', familyId, ...rotation.owner });
      return new RefreshUnknownError();
    case 'missing':
      if (expiresAtSeconds * 1_000 - clockSkewMs <= nowMs) return new RefreshExpiredError();
      emit('token.reuse', { class: 'unknown', familyId });
      return new RefreshUnknownError();
  }
}
