/** Tells of sessions that were ended from elsewhere. */
import { emit } from '../telemetry/events.ts';
import type { SessionDevice } from './device.ts';
import type { SessionEndReason } from './errors.ts';
import { sessionHandle } from './session-handle.ts';
import type { EndedSession } from './user-sessions.ts';

export interface ForcedLogout {
  readonly userId: string;
  /** `evicted` by a login, or `revoked`. */
  readonly reason: SessionEndReason;
  readonly sessions: readonly { readonly handle: string; readonly deviceType: string }[];
  /** The device whose login it was, without its id: that is between the server and that device. */
  readonly by?: Omit<SessionDevice, 'id'>;
}

/** Is called after the sessions were ended. Nobody waits for it; what it throws is told by `session.notice.failed`. */
export type ForcedLogoutListener = (logout: ForcedLogout) => unknown;

export interface ForcedLogoutCause {
  readonly userId: string;
  readonly reason: SessionEndReason;
  readonly by?: SessionDevice | undefined;
}

export function announce(
  ended: readonly EndedSession[],
  { userId, reason, by }: ForcedLogoutCause,
  listener: ForcedLogoutListener | undefined,
): void {
  if (ended.length === 0) return;
  for (const { createdAt } of ended) emit('session.ended', { userId, reason, session: sessionHandle(createdAt) });
  if (listener === undefined) return;
  const sessions = ended.map(({ createdAt, deviceType }) => ({ handle: sessionHandle(createdAt), deviceType }));
  const { id: _, ...device } = by ?? {};
  const logout = { userId, reason, sessions, ...(by === undefined ? {} : { by: device }) };
  new Promise((resolve) => {
    resolve(listener(logout));
  }).catch((error: unknown) => emit('session.notice.failed', { userId, error }));
}
