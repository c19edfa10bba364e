/** A revocation store in Redis that announces what it revokes in a stream. */
import { defineScript } from '../../redis/define-script.ts';
import { RedisReplyError } from '../../redis/errors.ts';
import type { RedisPort, RedisScript } from '../../redis/port.ts';
import { type RevocationKeys, wholeMs } from '../keys.ts';
import type { RevocationStore } from '../store.ts';
import type { AnnouncingRevocationStore } from './feed.ts';
import { FeedReader } from './feed-reader.ts';
import { cutOffMark, denialMark, keyMark } from './marks.ts';

const announceScript: RedisScript = defineScript(
  new URL('../cutting-off.lua', import.meta.url),
  new URL('./announce.lua', import.meta.url),
);
const followScript: RedisScript = defineScript(new URL('./follow.lua', import.meta.url));

interface Revoked {
  readonly kind: 'denied' | 'before' | 'key';
  readonly mark: string;
  readonly untilMs: number;
  readonly beforeMs?: number;
}

/** @param longestMs so long a revocation can concern a token that lives, and so long announcements are kept */
export function announcingRedisStore(
  redis: RedisPort,
  keys: RevocationKeys,
  store: RevocationStore,
  longestMs: number,
): AnnouncingRevocationStore {
  const { feed } = keys;
  /** On a cluster the feed and what a user's tokens are asked for lie on different nodes. */
  let isApart = false;

  async function announce({ kind, mark, untilMs, beforeMs }: Revoked, key?: string): Promise<void> {
    const args = [kind, mark, wholeMs(untilMs), beforeMs === undefined ? '' : wholeMs(beforeMs), wholeMs(longestMs)];
    await redis.run(announceScript, [feed.feed, feed.lastId, ...(key === undefined ? [] : [key])], args);
  }

  /**
   * One script, where Redis allows it. Otherwise first what is asked for and then the feed, so that a server which asks
   * never accepts what one that listens has refused. Whoever gets an answer has both; whoever gets none repeats it, and a
   * second announcement does no harm.
   */
  async function revoke(revoked: Revoked, key: string, write: () => Promise<void>): Promise<void> {
    if (!isApart) {
      try {
        return await announce(revoked, key);
      } catch (error) {
        if (!(error instanceof RedisReplyError && error.reply === 'CROSSSLOT')) throw error;
        isApart = true;
      }
    }
    await write();
    await announce(revoked);
  }

  return {
    ...store,
    deny: (token, untilMs) =>
      revoke({ kind: 'denied', mark: denialMark(token), untilMs }, keys.denied(token), () =>
        store.deny(token, untilMs),
      ),
    cutOff: (scope, beforeMs, untilMs) =>
      revoke({ kind: 'before', mark: cutOffMark(scope), untilMs, beforeMs }, keys.before(scope), () =>
        store.cutOff(scope, beforeMs, untilMs),
      ),
    denyKey: (keyId, untilMs) => announce({ kind: 'key', mark: keyMark(keyId), untilMs }, feed.revokedKeys),
    check: async (token) => {
      const { keyId } = token;
      if (keyId === undefined) return store.check(token);
      const [known, until] = await Promise.all([
        store.check(token),
        redis.command(['ZSCORE', feed.revokedKeys, keyMark(keyId)]),
      ]);
      return until !== null && Number(until) > Date.now() ? { ...known, denied: true } : known;
    },
    follow: (listener, proofMs) => new FeedReader(redis, { keys: feed, followScript, longestMs, proofMs }, listener),
  };
}
