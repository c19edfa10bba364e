/**
 * Finds the sessions whose time ran out, on whichever server.
 *
 * Users are kept by the moment at which their next session may end, which is only a lower bound: renewals do not move it.
 * When it has come, a server claims the user, looks at his sessions, takes off the list what ran out, and says when to look
 * again. Taking off is one step, so of several servers one tells of a session. A server that dies after it has claimed
 * costs the time of the lease; one that dies between taking off and telling leaves it untold.
 */
import { defineScript } from '../redis/define-script.ts';
import { userTag } from '../redis/keys.ts';
import type { RedisPort, RedisScript } from '../redis/port.ts';
import { endedSessions } from './ended-sessions.ts';
import { expiryKey, sessionKeysOf, userSessionsKey } from './keys.ts';
import type { ExpiredSession } from './user-sessions.ts';

const clock = new URL('./clock.lua', import.meta.url);
const watchScript = defineScript(clock, new URL('./watch-expiry.lua', import.meta.url));
const claimScript = defineScript(clock, new URL('./claim-due.lua', import.meta.url));
const settleScript = defineScript(clock, new URL('./settle-due.lua', import.meta.url));

/** So many keys, so that no node of a cluster has all the work. */
const parts = 8;
const usersPerClaim = 100;
const leaseMs = 30_000;
/** How long the lists outlive their sessions, so that those that ran out while no server was there are told of. */
const slackMs = 86_400_000;

export interface RedisExpiry {
  readonly slackMs: number;
  /** To be called before a session of the user is stored, or given another end: it may end within this time. */
  watch(userId: string, withinMs: number): Promise<void>;
  takeExpired(): Promise<readonly ExpiredSession[]>;
}

/** @param script `takeExpired` of the layout that the sessions have */
export function redisExpiry(redis: RedisPort, namespace: string, script: RedisScript): RedisExpiry {
  let part = 0;

  async function take(userId: string, mark: string, key: string): Promise<ExpiredSession[]> {
    const tag = userTag(userId);
    const args = [sessionKeysOf(namespace, tag), String(slackMs)];
    const [next, gone] = (await redis.run(script, [userSessionsKey(namespace, tag)], args)) as [string, string[]];
    // What is not settled is looked at again when the lease is over; what was taken must be told all the same.
    redis.run(settleScript, [key], [userId, mark, next, String(slackMs)]).catch(() => {});
    return endedSessions(gone).map(({ createdAt, deviceType }) => ({ userId, createdAt, deviceType }));
  }

  return {
    slackMs,
    watch: async (userId, withinMs) => {
      const args = [userId, String(withinMs), String(slackMs)];
      await redis.run(watchScript, [expiryKey(namespace, partOf(userId))], args);
    },
    takeExpired: async () => {
      const key = expiryKey(namespace, part);
      part = (part + 1) % parts;
      const [mark, users] = (await redis.run(claimScript, [key], [String(usersPerClaim), String(leaseMs)])) as [
        string,
        string[],
      ];
      const taken = await Promise.allSettled(users.map((userId) => take(userId, mark, key)));
      return taken.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    },
  };
}

function partOf(userId: string): number {
  return userTag(userId).charCodeAt(0) % parts;
}
