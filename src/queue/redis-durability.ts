/** Adds that wait for replicas or the disk. */
import { randomUUID } from 'node:crypto';
import { RedisReplyError } from '../redis/errors.ts';
import { slotKeys } from '../redis/keys.ts';
import type { RedisPort, RedisReply } from '../redis/port.ts';
import { QueueDurabilityError } from './errors.ts';
import { addScript } from './redis-scripts.ts';
import type { Durability } from './store.ts';

/** Others want to add, so one waits no longer than this at a time. */
const longestWaitMs = 1_000;
const markTtlMs = 60_000;

export interface DurableAdds {
  /** @param tasks Arguments of the add script. @throws QueueDurabilityError before anything is stored */
  add(
    maxWaiting: number,
    tasks: readonly string[],
    durability: Durability,
  ): Promise<{ readonly replies: number[]; readonly durable: boolean }>;
  close(): Promise<void>;
}

/**
 * WAIT tells of what its own connection wrote and holds it up meanwhile: so these adds have a connection of their own,
 * made with the first one, and take turns on it.
 */
export function durableAdds(redis: RedisPort, base: string): DurableAdds {
  let opened: RedisPort | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let canFsync = false;

  function connection(): RedisPort {
    opened ??= redis.dedicated({ deadlineMs: 3 * longestWaitMs });
    return opened;
  }

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  }

  async function wait({ replicas = 0, fsync = false }: Durability, ms: number): Promise<boolean> {
    const needed = String(replicas);
    const command = fsync ? ['WAITAOF', '1', needed, String(ms)] : ['WAIT', needed, String(ms)];
    const reached = await connection().command(command, { key: base }).catch(orUnsupported);
    if (!Array.isArray(reached)) return Number(reached) >= replicas;
    return Number(reached[0]) >= 1 && Number(reached[1]) >= replicas;
  }

  /**
   * A connection made anew knows nothing of the add, and WAIT on it would be content at once; and its server may be a
   * former replica that never got the add. The mark, written with the tasks, tells that they are there, and touching
   * it makes WAIT wait for something that was written after them.
   */
  async function isReached(mark: string, durability: Durability): Promise<boolean> {
    const lateAt = performance.now() + durability.timeoutMs;
    for (;;) {
      const ms = Math.max(1, Math.min(longestWaitMs, Math.ceil(lateAt - performance.now())));
      const [touched, reached] = await inTurn(() =>
        Promise.all([connection().command(['PEXPIRE', mark, String(markTtlMs)]), wait(durability, ms)]),
      );
      if (touched !== 1) return false;
      if (reached) return true;
      if (performance.now() >= lateAt) return false;
    }
  }

  return {
    add: async (maxWaiting, tasks, durability) => {
      if (durability.fsync === true && !canFsync) {
        await inTurn(() => wait({ fsync: true, timeoutMs: 1 }, 1));
        canFsync = true;
      }
      const name = randomUUID();
      const mark = `${base}:durable:${name}`;
      const replies = (await inTurn(() =>
        connection().run(addScript, slotKeys(base), [String(maxWaiting), name, ...tasks]),
      )) as number[];
      const durable = await isReached(mark, durability);
      // It would go by itself, but many of them would lie there meanwhile.
      void redis.command(['DEL', mark]).catch(() => {});
      return { replies, durable };
    },
    close: async () => opened?.close(),
  };
}

function orUnsupported(error: unknown): RedisReply {
  throw error instanceof RedisReplyError && error.reply === 'ERR' ? new QueueDurabilityError({ cause: error }) : error;
}
