import { slotKeys } from '../redis/keys.ts';
import type { RedisPort, RedisScript } from '../redis/port.ts';
import { listShelfScript, redriveScript, removeFromShelfScript, trimShelfScript } from './redis-scripts.ts';
import { taskArguments, wholeMs } from './redis-tasks.ts';
import type { Shelf, ShelfEntry, ShelfName } from './store.ts';

const mostPerScript = 500;

export function redisShelf(redis: RedisPort, base: string, name: ShelfName): Shelf {
  const keys = slotKeys(base);
  const run = (script: RedisScript, args: readonly string[]) => redis.run(script, keys, [name, ...args]);

  /** Runs a script on some of the items at a time, so that it holds nobody up. */
  async function inParts<Item>(
    script: RedisScript,
    items: readonly Item[],
    args: (item: Item) => readonly string[],
  ): Promise<number> {
    let changed = 0;
    for (let from = 0; from < items.length; from += mostPerScript) {
      changed += Number(await run(script, items.slice(from, from + mostPerScript).flatMap(args)));
    }
    return changed;
  }

  return {
    list: async (limit, before) => {
      const after = before === undefined ? ['', ''] : [String(before.at), before.id];
      const flat = (await run(listShelfScript, [String(limit), ...after])) as string[];
      const entries: ShelfEntry[] = [];
      for (let index = 0; index < flat.length; index += 3) {
        const [id = '', at, record = ''] = flat.slice(index, index + 3);
        entries.push({ id, at: Number(at), record });
      }
      return entries;
    },
    get: async (id) => {
      const [record, at] = await Promise.all([
        redis.command(['HGET', `${base}:${name}`, id]),
        redis.command(['ZSCORE', `${base}:${name}:times`, id]),
      ]);
      return record === null || at === null ? undefined : { id, at: Number(at), record: String(record) };
    },
    redrive: (tasks) => inParts(redriveScript, tasks, ({ id, task }) => [id, ...taskArguments(task)]),
    remove: (ids) => inParts(removeFromShelfScript, ids, (id) => [id]),
    trim: async ({ maxCount, maxAgeMs }) => {
      const limits = [maxCount === undefined ? '' : String(maxCount), maxAgeMs === undefined ? '' : wholeMs(maxAgeMs)];
      for (let removed = 0; ; ) {
        const these = Number(await run(trimShelfScript, limits));
        if (these === 0) return removed;
        removed += these;
      }
    },
  };
}
