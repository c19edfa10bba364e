/** Looks through everything that is in Redis: what a queue says about its own content may be what is wrong. */
import { Redis } from 'ioredis';

const readers: Readonly<Record<string, (redis: Redis, key: string) => Promise<readonly string[]>>> = {
  string: async (redis, key) => [(await redis.get(key)) ?? ''],
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: (redis, key) => redis.smembers(key),
  zset: (redis, key) => redis.zrange(key, '0', '-1'),
  hash: async (redis, key) => Object.entries(await redis.hgetall(key)).flat(),
};

/** For each id the names of the keys that have it: as the end of their name, as an element, or as a JSON text in one. */
export async function findInRedis(port: number, ids: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return found;
  const redis = new Redis({ port, host: '127.0.0.1' });
  redis.on('error', () => {});
  try {
    for (const key of (await redis.keys('*')).sort()) {
      // A stream is a log of what was, not a place where a task can be.
      const values = (await readers[await redis.type(key)]?.(redis, key)) ?? [];
      const plain = new Set(values);
      const text = values.join('\n');
      for (const [id, keys] of found) {
        if (key.endsWith(`:${id}`) || plain.has(id) || text.includes(JSON.stringify(id))) keys.push(key);
      }
    }
  } finally {
    redis.disconnect();
  }
  return found;
}
