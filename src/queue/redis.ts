import { checkNamespace, defaultNamespace, slotKeys } from '../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript } from '../redis/port.ts';
import { queueBase } from './keys.ts';
import { durableAdds } from './redis-durability.ts';
import { redisSchedules } from './redis-schedules.ts';
import {
  addScript,
  cancelScript,
  clearScript,
  leaveScript,
  peekScript,
  resumeScript,
  sweepScript,
  workScript,
} from './redis-scripts.ts';
import { redisShelf } from './redis-shelf.ts';
import { redisState } from './redis-state.ts';
import { addCall, wholeMs } from './redis-tasks.ts';
import { popOf, turnArguments, turnOutcome } from './redis-turn.ts';
import { redisWaiter } from './redis-waiter.ts';
import type { QueueStore, QueueWaiter } from './store.ts';

export interface RedisQueueStoreOptions {
  readonly name: string;
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
}

/** How many removed tasks a script sweeps away; it takes about a millisecond. */
const sweptAtOnce = 1_000;

/**
 * Keeps a queue in Redis 7.0 or Valkey. A turn of a worker is one script, however many tasks it ends and takes. A worker
 * uses one store for all its turns.
 * @throws InvalidOptionError for a name or namespace that cannot be part of a key.
 */
export function redisQueueStore(
  redis: RedisPort,
  { name, namespace = defaultNamespace }: RedisQueueStoreOptions,
): QueueStore {
  const base = queueBase(checkNamespace(namespace), name);
  const keys = slotKeys(base);
  const run = (script: RedisScript, args: readonly string[]): Promise<RedisReply> => redis.run(script, keys, args);
  const durable = durableAdds(redis, base);
  const waiters = new Set<QueueWaiter>();
  let turns = 0;

  return {
    add: async (tasks, maxWaiting, durability, together) => {
      // Without a limit there is room for all anyway.
      const { args, outcomes } = addCall(tasks, maxWaiting > 0 ? together : undefined);
      if (durability !== undefined) {
        const stored = await durable.add(maxWaiting, args, durability);
        return { outcomes: outcomes(stored.replies), durable: stored.durable };
      }
      const replies = await run(addScript, [String(maxWaiting), '', ...args]);
      return { outcomes: outcomes(replies as number[]), durable: true };
    },
    turn: async (turn) => turnOutcome((await run(workScript, turnArguments(turn, ++turns))) as RedisReply[]),
    leave: async (worker, order) => Number(await run(leaveScript, [worker, popOf(order)])),
    openWaiter: () => {
      const waiter = redisWaiter(redis, base);
      const listed: QueueWaiter = {
        wait: waiter.wait,
        close: () => {
          waiters.delete(listed);
          return waiter.close();
        },
      };
      waiters.add(listed);
      return listed;
    },

    setPaused: async (paused) => {
      if (paused) await redis.command(['SET', `${base}:paused`, '1']);
      else await run(resumeScript, []);
    },
    cancel: async (id, ttlMs) => {
      await run(cancelScript, [id, wholeMs(ttlMs)]);
    },
    results: async (ids) => {
      if (ids.length === 0) return [];
      return (await redis.command(['MGET', ...ids.map((id) => `${base}:result:${id}`)])) as (string | null)[];
    },
    setProgress: async (id, value, ttlMs) => {
      await redis.command(['SET', `${base}:progress:${id}`, value, 'PX', wholeMs(Math.max(1, ttlMs))]);
    },
    progress: async (id) => (await redis.command(['GET', `${base}:progress:${id}`])) as string | null,
    state: () => redisState(redis, base),
    peek: async (limit, order) => (await run(peekScript, [String(limit), popOf(order)])) as string[],
    clear: async () => {
      const removed = Number(await run(clearScript, []));
      while (Number(await run(sweepScript, [String(sweptAtOnce)])) > 0);
      return removed;
    },
    schedules: redisSchedules(redis, base),
    shelf: (shelf) => redisShelf(redis, base, shelf),
    close: async () => {
      await Promise.all([durable.close(), ...[...waiters].map((waiter) => waiter.close())]);
    },
  };
}
