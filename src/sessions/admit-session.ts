/** A login where a user's sessions are listed: within the limits, or with somebody else signed out. */
import { emit } from '../telemetry/events.ts';
import { type DevicePolicy, typeOf } from './device-limits.ts';
import { SessionLimitError } from './errors.ts';
import { announce, type ForcedLogoutListener } from './forced-logout.ts';
import { parseSessionId, type SessionKey } from './session-id.ts';
import type { NewSessionRecord } from './store.ts';
import { tombstoneMs } from './tombstone.ts';
import type { SessionAdmitted, UserSessions } from './user-sessions.ts';

type Admitted = Extract<SessionAdmitted, { status: 'admitted' }>;

export interface Admission {
  readonly users: UserSessions;
  readonly policy: DevicePolicy;
  readonly id: SessionKey;
  readonly record: NewSessionRecord & { readonly userId: string };
  /** Of the same browser. */
  readonly visitor: { readonly id: string; readonly userId: string | undefined } | undefined;
  readonly onForcedLogout: ForcedLogoutListener | undefined;
}

/** @throws SessionLimitError */
export async function admitSession(admission: Admission): Promise<Pick<Admitted, 'record' | 'replaced'>> {
  const { users, policy, id, record, visitor, onForcedLogout } = admission;
  const { userId, device } = record;
  const { perUser, whenFull } = policy;
  // Who signs in again in the same browser is not one more. Of the same user it is in the same slot, and so the same step.
  const replaces = visitor?.userId === userId ? parseSessionId(visitor.id) : undefined;
  const perDeviceType = policy.perDeviceType(typeOf(device));
  const result = await users.admit(id, record, { perUser, perDeviceType, whenFull, replaces, tombstoneMs });
  const met = result.status === 'full' ? result.scope : result.met;
  if (met !== undefined) emit('session.limit.met', { userId, scope: met, whenFull });
  if (result.status === 'full') throw new SessionLimitError(result.scope);
  if (result.replaced !== undefined) emit('session.ended', { userId, reason: 'rotated' });
  announce(result.evicted, { userId, reason: 'evicted', by: device }, onForcedLogout);
  return result;
}
