/**
 * Finds the sessions whose time ran out, on whichever server.
 *
 * Users are kept by the moment at which their next session may end, which is only a lower bound: renewals do not move it.
 * When it has come, a server claims the user, looks at his sessions, takes off the list what ran out, and says when to look
 * again. Taking off is one step, so of several servers one tells of a session. A server that dies after it has claimed
 * costs the time of the lease; one that dies between taking off and telling leaves it untold. An answer that was lost is
 * given again.
 *
 * Users and sessions lie in different slots. Who stores a session puts its user among the watched first, and stores it
 * only if nobody has claimed the user since: a look that did not see the session would be the last one. Both moments are
 * by the clock of the node that has the users. So at any pause and any crash there is a look to come.
 */
import { defineScript } from '../redis/define-script.ts';
import { isAmbiguous, RedisUnavailableError } from '../redis/errors.ts';
import { userTag } from '../redis/keys.ts';
import type { RedisPort, RedisScript } from '../redis/port.ts';
import type { RawValue } from './codec.ts';
import { endedSessions } from './ended-sessions.ts';
import { expiryKey, lookedKey, sessionKeysOf, userSessionsKey } from './keys.ts';
import type { ExpiredSession } from './user-sessions.ts';

const clock = new URL('./clock.lua', import.meta.url);
const watchScript = defineScript(clock, new URL('./watch-expiry.lua', import.meta.url));
const claimScript = defineScript(clock, new URL('./claim-due.lua', import.meta.url));
const settleScript = defineScript(clock, new URL('./settle-due.lua', import.meta.url));

/** So many keys, so that no node of a cluster has all the work. */
const parts = 8;
const usersPerClaim = 100;
/** Of one part, before what was taken is told. */
const claimsPerTurn = 20;
const leaseMs = 30_000;
/** How long the lists outlive their sessions, so that those that ran out while no server was there are told of. */
const slackMs = 86_400_000;
/** How often a change may be overtaken by a look. Between two looks at a user lies the shortest idle time. */
const attempts = 5;
/** How long a lost answer may be asked for again: Redis keeps it so long. */
const answerKeptMs = 120_000;

/**
 * Stores a session of the user, or gives one another end.
 * @param looked the key, in the user's slot, that says when the user was claimed last; none when nobody looks
 * @param since when the user was put among the watched, or ''. The script changes nothing and answers `overtaken` when
 *   the user was claimed since, or when it cannot tell.
 */
export type WatchedChange = (looked: readonly string[], since: string) => Promise<RawValue[]>;

export interface RedisExpiry {
  readonly slackMs: number;
  /** Carries out a change after which a session of the user may end within this time, such that its end is noticed. */
  readonly watched: (userId: string, withinMs: number, change: WatchedChange) => Promise<RawValue[]>;
  takeExpired(): Promise<readonly ExpiredSession[]>;
  /** Lets `takeExpired` come back with what it has. */
  close(): void;
}

/** The change alone where nobody tells of expired sessions, and for a visitor's. */
export function watched(
  expiry: RedisExpiry | undefined,
  userId: string | undefined,
  withinMs: number,
  change: WatchedChange,
): Promise<RawValue[]> {
  return expiry === undefined || userId === undefined ? change([], '') : expiry.watched(userId, withinMs, change);
}

interface Claim {
  readonly userId: string;
  /** One of the parts. */
  readonly key: string;
  readonly claimedAt: string;
  readonly mark: string;
  readonly askedAt: number;
}

/** @param script `takeExpired` of the layout that the sessions have */
export function redisExpiry(redis: RedisPort, namespace: string, script: RedisScript): RedisExpiry {
  let part = 0;
  let isClosed = false;
  /** Carried out perhaps, but not answered. */
  let unanswered: Claim[] = [];

  async function claim(key: string): Promise<Claim[]> {
    const askedAt = performance.now();
    const args = [String(usersPerClaim), String(leaseMs)];
    const [claimedAt, mark, users] = (await redis.run(claimScript, [key], args)) as [string, string, string[]];
    return users.map((userId) => ({ userId, key, claimedAt, mark, askedAt }));
  }

  async function take(claimed: Claim): Promise<ExpiredSession[]> {
    const { userId, key, claimedAt, mark } = claimed;
    const tag = userTag(userId);
    const keys = [userSessionsKey(namespace, tag), lookedKey(namespace, tag), sessionKeysOf(namespace, tag)];
    const args = [String(slackMs), claimedAt];
    const [next, gone] = (await redis.run(script, keys, args).catch((error: unknown) => {
      if (isAmbiguous(error)) unanswered.push(claimed);
      throw error;
    })) as [string, string[]];
    // What is not settled is looked at again when the lease is over; what was taken must be told all the same.
    redis.run(settleScript, [key], [userId, mark, next, String(slackMs)]).catch(() => {});
    return endedSessions(gone).map(({ createdAt, deviceType }) => ({ userId, createdAt, deviceType }));
  }

  async function watch(userId: string, withinMs: number): Promise<string> {
    const args = [userId, String(withinMs), String(slackMs)];
    return String(await redis.run(watchScript, [expiryKey(namespace, partOf(userId))], args));
  }

  return {
    slackMs,
    watched: async (userId, withinMs, change) => {
      const looked = [lookedKey(namespace, userTag(userId))];
      for (let attempt = 1; attempt < attempts; attempt++) {
        const answer = await change(looked, await watch(userId, withinMs));
        if (String(answer[0]) !== 'overtaken') return answer;
      }
      // The nodes' clocks differ by a minute, or each step takes as long as a session: not a reason to refuse a login.
      const answer = await change(looked, '');
      // It has been stored: that nobody may look in time is no reason either.
      await watch(userId, withinMs).catch(() => {});
      return answer;
    },
    takeExpired: async () => {
      const key = expiryKey(namespace, part);
      part = (part + 1) % parts;
      const taken: ExpiredSession[] = [];
      let failure: unknown;
      const takeAll = async (claims: readonly Claim[]) => {
        for (const each of await Promise.allSettled(claims.map(take))) {
          if (each.status === 'fulfilled') taken.push(...each.value);
          else if (failure === undefined || failure instanceof RedisUnavailableError) failure = each.reason;
        }
      };
      try {
        const again = unanswered.filter(({ askedAt }) => performance.now() - askedAt < answerKeptMs);
        unanswered = [];
        await takeAll(again);
        for (let turn = 0; turn < claimsPerTurn && failure === undefined && !isClosed; turn++) {
          const claims = await claim(key);
          await takeAll(claims);
          if (claims.length < usersPerClaim) break;
        }
      } catch (error) {
        failure ??= error;
      }
      // What was taken must be told; what failed fails again at the next look.
      if (taken.length === 0 && failure !== undefined) throw failure;
      return taken;
    },
    close: () => {
      isClosed = true;
    },
  };
}

function partOf(userId: string): number {
  return userTag(userId).charCodeAt(0) % parts;
}
