import { slotKeys } from '../redis/keys.ts';
import type { RedisPort } from '../redis/port.ts';
import { eventOf, type RedisEntry } from './entry-fields.ts';
import { redriveScript } from './redis-scripts.ts';
import type { DeadEntry, DeadLetterStore } from './store.ts';

const mostAtOnce = 500;

export function redisDeadLetters(redis: RedisPort, stream: string, group: string): DeadLetterStore {
  const dead = `${stream}:dead:${group}`;

  async function inParts(ids: readonly string[], call: (part: readonly string[]) => Promise<unknown>): Promise<number> {
    let changed = 0;
    for (let from = 0; from < ids.length; from += mostAtOnce) {
      changed += Number(await call(ids.slice(from, from + mostAtOnce)));
    }
    return changed;
  }

  return {
    list: async (limit, before) => {
      const from = before === undefined ? '+' : `(${before}`;
      const found = await redis.command(['XREVRANGE', dead, from, '-', 'COUNT', String(limit)]);
      return (found as unknown as RedisEntry[]).map(deadEntry);
    },
    get: async (id) => {
      const [found] = (await redis.command(['XRANGE', dead, id, id])) as unknown as RedisEntry[];
      return found === undefined ? undefined : deadEntry(found);
    },
    redrive: (ids) => inParts(ids, (part) => redis.run(redriveScript, slotKeys(stream), [group, ...part])),
    remove: (ids) => inParts(ids, (part) => redis.command(['XDEL', dead, ...part])),
    trim: async ({ maxCount, maxAgeMs }) => {
      let removed = 0;
      if (maxAgeMs !== undefined) {
        const [seconds, micros] = (await redis.command(['TIME'], { key: dead })) as string[];
        const oldest = Math.max(0, Number(seconds) * 1000 + Math.floor(Number(micros) / 1000) - Math.ceil(maxAgeMs));
        removed += Number(await redis.command(['XTRIM', dead, 'MINID', `${oldest}-0`]));
      }
      if (maxCount !== undefined) removed += Number(await redis.command(['XTRIM', dead, 'MAXLEN', String(maxCount)]));
      return removed;
    },
  };
}

function deadEntry([id, [, death = '{}', ...fields]]: RedisEntry): DeadEntry {
  return { id, death, ...eventOf(fields), fields };
}
