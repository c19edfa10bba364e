import type { RedisPort } from 'sallyport/redis';

/** The names of all keys that match a glob pattern, by SCAN, which does not hold up other clients as KEYS would. */
export async function keysLike(redis: RedisPort, pattern: string): Promise<string[]> {
  const names = new Set<string>();
  let cursor = '0';
  do {
    const reply = (await redis.command(['SCAN', cursor, 'MATCH', pattern, 'COUNT', '500'])) as [string, string[]];
    cursor = reply[0];
    for (const name of reply[1]) names.add(name);
  } while (cursor !== '0');
  return [...names];
}
