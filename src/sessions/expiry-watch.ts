/** Tells of sessions whose time ran out: `session.expired`, once for each over all servers. */
import { RedisUnavailableError } from '../redis/errors.ts';
import { emit } from '../telemetry/events.ts';
import { sessionHandle } from './session-handle.ts';
import type { UserSessions } from './user-sessions.ts';

/** In Redis an eighth of the users is looked at each time. */
const everyMs = 500;

/** @returns how to stop it; resolves when all that was taken has been told */
export function watchExpiry(users: Pick<UserSessions, 'takeExpired'>): () => Promise<void> {
  let asking: Promise<void> | undefined;
  let hasFailed = false;

  async function ask(): Promise<void> {
    try {
      // Called on its object: in a store of the application's own it may be an instance of a class.
      for (const { userId, createdAt, deviceType } of (await users.takeExpired?.()) ?? []) {
        emit('session.expired', { userId, session: sessionHandle(createdAt), deviceType });
      }
      hasFailed = false;
    } catch (error) {
      // Redis is away, which its own events tell; what ran out meanwhile is found later.
      if (error instanceof RedisUnavailableError || hasFailed) return;
      hasFailed = true;
      emit('session.expiry.failed', { error });
    }
  }

  const timer = setInterval(() => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await asking;
  };
}
