import { defineScript } from '../redis/define-script.ts';
import { checkNamespace, defaultNamespace } from '../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript } from '../redis/port.ts';
import { presenceKeys } from './keys.ts';
import { leaveGraceMs, mostPassedOver, type PresenceRecord, type PresenceStore } from './store.ts';

const takeOff = new URL('./take-off.lua', import.meta.url);
const beatScript: RedisScript = defineScript(takeOff, new URL('./beat.lua', import.meta.url));
const leaveScript: RedisScript = defineScript(takeOff, new URL('./leave.lua', import.meta.url));
const sweepScript: RedisScript = defineScript(takeOff, new URL('./sweep.lua', import.meta.url));
const findScript: RedisScript = defineScript(takeOff, new URL('./find.lua', import.meta.url));
const countScript: RedisScript = defineScript(takeOff, new URL('./count.lua', import.meta.url));
const pageScript: RedisScript = defineScript(takeOff, new URL('./page.lua', import.meta.url));

export interface RedisPresenceStoreOptions {
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
}

/**
 * Keeps presence in Redis 6.2 or Valkey, in five keys of one cluster slot: docs/presence.md has what a user costs.
 * @throws InvalidOptionError for a namespace that cannot be part of a key
 */
export function redisPresenceStore(
  redis: RedisPort,
  { namespace = defaultNamespace }: RedisPresenceStoreOptions = {},
): PresenceStore {
  const keys = presenceKeys(checkNamespace(namespace));
  const run = (script: RedisScript, ...args: (string | number)[]): Promise<RedisReply> =>
    redis.run(script, keys, args.map(String));

  return {
    beat: async (beats, offlineAfterMs) => {
      const args = beats.flatMap(({ userId, ageMs, status }) => [
        userId,
        Math.floor(ageMs),
        status?.name ?? '',
        Math.floor(status?.ageMs ?? 0),
      ]);
      const [online, returned, ignored] = (await run(beatScript, offlineAfterMs, leaveGraceMs, ...args)) as string[][];
      return { online: online ?? [], returned: returned ?? [], ignored: ignored ?? [] };
    },
    leave: async (userId, offlineAfterMs) => (await run(leaveScript, offlineAfterMs, userId)) === 1,
    sweep: async (offlineAfterMs, count) => (await run(sweepScript, offlineAfterMs, count)) as string[],
    find: async (userIds, offlineAfterMs) => {
      const values = (await run(findScript, offlineAfterMs, ...userIds)) as string[];
      return userIds.map((userId, n) => recordOf([userId, ...values.slice(3 * n, 3 * n + 3)]));
    },
    count: async (offlineAfterMs) => Number(await run(countScript, offlineAfterMs)),
    page: async ({ after = '', limit, status = '' }, offlineAfterMs) => {
      const reply = (await run(pageScript, offlineAfterMs, limit, after, status, mostPassedOver)) as string[];
      const users: PresenceRecord[] = [];
      for (let at = 1; at < reply.length; at += 4) users.push(recordOf(reply.slice(at, at + 4))!);
      return { users, next: reply[0] || undefined };
    },
    close: async () => {},
  };
}

/** Of what the scripts give: user, ms of the last activity or '', µs of since, 13 digits and the status or ''. */
function recordOf([userId = '', active, since, told = '']: readonly string[]): PresenceRecord | undefined {
  if (active === undefined || active === '') return undefined;
  const lastActive = Number(active);
  return {
    userId,
    status: told === '' ? undefined : told.slice(13),
    // Who was reported late came, in the order of all, after the last activity that is known.
    since: Math.min(Math.floor(Number(since) / 1_000), lastActive),
    lastActive,
  };
}
