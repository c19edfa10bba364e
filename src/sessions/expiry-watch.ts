/** Tells of sessions whose time ran out: `session.expired`, once for each over all servers. */
import { emit } from '../telemetry/events.ts';
import { sessionHandle } from './session-handle.ts';
import type { ExpiredSession } from './user-sessions.ts';

/** In Redis an eighth of the users is looked at each time. */
const everyMs = 500;

/** @returns how to stop it */
export function watchExpiry(takeExpired: () => Promise<readonly ExpiredSession[]>): () => void {
  let isAsking = false;

  async function ask(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    try {
      for (const { userId, createdAt, deviceType } of await takeExpired()) {
        emit('session.expired', { userId, session: sessionHandle(createdAt), deviceType });
      }
    } catch {
      // Redis is away, which its own events tell; what ran out meanwhile is found later.
    } finally {
      isAsking = false;
    }
  }

  const timer = setInterval(ask, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
