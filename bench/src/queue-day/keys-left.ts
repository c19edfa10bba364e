/** What lies in Redis when a queue is empty: what expires, and what does not. */
import type { Redis } from 'ioredis';

export interface KeysLeft {
  /** Keys that expire, by their kind. Removed here: in a day at its own speed they are gone before they are many. */
  readonly expiring: number;
  readonly lasting: readonly string[];
  readonly longestTtlSeconds: number;
}

/** Removes the keys that expire, after it has seen that they do. */
export async function passTime(redis: Redis): Promise<KeysLeft> {
  const lasting: string[] = [];
  let expiring = 0;
  let longestTtlSeconds = 0;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 1_000);
    cursor = next;
    const ttls = redis.pipeline();
    for (const key of keys) ttls.pttl(key);
    const answers = (await ttls.exec()) ?? [];
    const gone: string[] = [];
    for (const [index, key] of keys.entries()) {
      const ttlMs = Number(answers[index]?.[1]);
      if (ttlMs === -1) lasting.push(key);
      else if (ttlMs > 0) {
        gone.push(key);
        longestTtlSeconds = Math.max(longestTtlSeconds, ttlMs / 1000);
      }
    }
    expiring += gone.length;
    if (gone.length > 0) await redis.del(gone);
  } while (cursor !== '0');
  return { expiring, lasting: lasting.sort(), longestTtlSeconds };
}
