import type { RedisPort } from '../redis/port.ts';
import type { QueueWaiter } from './store.ts';

const longestBlockMs = 5_000;
/** A link that is silent for so much longer than it blocks is dead. */
const blockGraceMs = 1_000;

/** Waits for the mark that an add leaves, on a connection of its own. */
export function redisWaiter(redis: RedisPort, base: string): QueueWaiter {
  const connection = redis.dedicated({ deadlineMs: longestBlockMs + blockGraceMs });
  let closed = false;
  return {
    wait: async (timeoutMs) => {
      if (closed) return false;
      // 0 would block for ever.
      const blockMs = Math.max(1, Math.ceil(Math.min(timeoutMs, longestBlockMs)));
      try {
        const mark = await connection.command(['BLPOP', `${base}:wake`, (blockMs / 1000).toFixed(3)]);
        // The mark may have gone with a worker that died, so after a long time there may be a task all the same.
        return mark !== null || (blockMs < timeoutMs && !closed);
      } catch (error) {
        if (closed) return false;
        throw error;
      }
    },
    close: async () => {
      closed = true;
      await connection.close();
    },
  };
}
