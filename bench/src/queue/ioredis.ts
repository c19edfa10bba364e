/**
 * A reliable list by hand, as Redis' documentation of LMOVE describes it: a task is moved to a second list and removed
 * from there when it is done. Without what a queue does besides: no lease, no recovery, no retry, no fence.
 */
import { Redis } from 'ioredis';
import type { OpenQueue, Payload } from './subject.ts';

export const openIoredis: OpenQueue = async (url, name) => {
  const redis = new Redis(url, { protocol: 2 });
  const waiting = `{${name}}:waiting`;
  const taken = `{${name}}:taken`;
  return {
    add: (payload) => redis.lpush(waiting, JSON.stringify(payload)),
    addMany: async (payloads) => {
      await redis.lpush(waiting, ...payloads.map((payload) => JSON.stringify(payload)));
    },
    work: (concurrency, handler) => {
      const blocking = new Redis(url, { protocol: 2 });
      let stopped = false;
      const take = async () => {
        const found = await redis.lmove(waiting, taken, 'RIGHT', 'LEFT');
        // One connection for all that wait: the server serves what is asked on it in turn.
        return found ?? blocking.blmove(waiting, taken, 'RIGHT', 'LEFT', 0);
      };
      const serve = async () => {
        while (!stopped) {
          const text = await take();
          if (text === null) continue;
          await handler(JSON.parse(text) as Payload);
          await redis.lrem(taken, -1, text);
        }
      };
      const failed = (error: unknown) => {
        if (!stopped) throw error;
      };
      const loops = Array.from({ length: concurrency }, () => serve().catch(failed));
      return {
        stop: async () => {
          stopped = true;
          blocking.disconnect();
          await Promise.all(loops);
        },
      };
    },
    remaining: async () => (await redis.llen(waiting)) + (await redis.llen(taken)),
    close: async () => {
      await redis.quit();
    },
  };
};
