import { defineScript } from '../redis/define-script.ts';
import { defaultNamespace } from '../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript } from '../redis/port.ts';
import { revocationKeys, wholeMs } from './keys.ts';
import { announcingRedisStore } from './pushed/redis.ts';
import type { RevocationStore } from './store.ts';

const cutOffScript: RedisScript = defineScript(
  new URL('./cutting-off.lua', import.meta.url),
  new URL('./cut-off.lua', import.meta.url),
);

export interface RedisRevocationStoreOptions {
  /**
   * Prefix of all keys.
   * @default 'sallyport'
   */
  readonly namespace?: string;
}

/**
 * Keeps revocations in Redis 7.0 or Valkey, for all servers together. `check` is one MGET, `deny` and `allow` are one
 * SET with PXAT, a cut-off is one script. In mode `pushed` what is revoked is announced in a stream as well.
 * @throws InvalidOptionError for a namespace that cannot be part of a key.
 */
export function redisRevocationStore(
  redis: RedisPort,
  { namespace = defaultNamespace }: RedisRevocationStoreOptions = {},
): RevocationStore {
  const keys = revocationKeys(namespace);
  const store: RevocationStore = {
    deny: async (token, untilMs) => {
      await redis.command(['SET', keys.denied(token), '1', 'PXAT', wholeMs(untilMs)]);
    },
    allow: async (token, untilMs) => {
      await redis.command(['SET', keys.allowed(token), '1', 'PXAT', wholeMs(untilMs)]);
    },
    disallow: async (token) => {
      await redis.command(['DEL', keys.allowed(token)]);
    },
    cutOff: async (scope, beforeMs, untilMs) => {
      await redis.run(cutOffScript, [keys.before(scope)], [wholeMs(beforeMs), wholeMs(untilMs)]);
    },
    check: async (token) => {
      const { userId, deviceId, familyId } = token;
      const marks = [keys.allowed(token), keys.denied(token)];
      if (familyId !== undefined) marks.push(keys.denied({ userId, jti: familyId }));
      const times = [keys.before({ userId })];
      if (deviceId !== undefined) times.push(keys.before(token));
      const values = (await redis.command(['MGET', ...marks, ...times])) as RedisReply[];
      const [allowed, ...denials] = values.slice(0, marks.length);
      const cutOffs = values.slice(marks.length);
      const known = cutOffs.filter((value) => value !== null).map(Number);
      return {
        denied: denials.some((denial) => denial !== null),
        allowed: allowed !== null,
        ...(known.length === 0 ? {} : { revokedBeforeMs: Math.max(...known) }),
      };
    },
    announcing: (longestMs) => announcingRedisStore(redis, keys, store, longestMs),
  };
  return store;
}
