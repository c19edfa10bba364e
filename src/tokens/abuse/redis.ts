import { defineScript } from '../../redis/define-script.ts';
import { defaultNamespace } from '../../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript } from '../../redis/port.ts';
import { useCountKeys } from './keys.ts';
import { keptMs, sliceOf, slicesPerMinute, type UseAnswer, type UseCountStore, windowSlices } from './store.ts';

const addUsesScript: RedisScript = defineScript(new URL('./add-uses.lua', import.meta.url));

export interface RedisUseCountStoreOptions {
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
}

/**
 * Adds up the uses of tokens in Redis 7.0 or Valkey, for all servers together. A report is one script, however many
 * tokens it has.
 * @throws InvalidOptionError for a namespace that cannot be part of a key.
 */
export function redisUseCountStore(
  redis: RedisPort,
  { namespace = defaultNamespace }: RedisUseCountStoreOptions = {},
): UseCountStore {
  const keys = useCountKeys(namespace);
  return {
    timeMs: async () => {
      const [seconds, micros] = (await redis.command(['TIME'], { key: keys.minute(0) })) as RedisReply[];
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    },
    add: async ({ server, sequence, nowMs, maxUses, tokens }) => {
      const slice = sliceOf(nowMs);
      const minute = Math.floor(slice / slicesPerMinute);
      const told = tokens.map(({ token, uses }) => [
        token,
        ...uses.flatMap(({ atMs, count }) => [sliceOf(atMs), count]),
      ]);
      const numbers = [sequence, slice, windowSlices, slicesPerMinute, maxUses, keptMs].map(String);
      const answers = (await redis.run(
        addUsesScript,
        [keys.minute(minute), keys.minute(minute - 1), keys.lastReport(server)],
        [server, ...numbers, JSON.stringify(told)],
      )) as RedisReply[];
      return tokens.map((_, index) => ({
        status: answers[2 * index] as UseAnswer['status'],
        uses: Number(answers[2 * index + 1]),
      }));
    },
  };
}
