/** The ways in which an application can have its sessions in Redis, each held to the same promises. */
import { createClient } from 'redis';
import { connectRedis, fromNodeRedis, type RedisPort } from 'sallyport/redis';

export const outageModes = [
  'coherent, ioredis',
  'coherent, node-redis',
  'from Redis, ioredis',
  'from Redis, node-redis',
] as const;
export type OutageMode = (typeof outageModes)[number];

export interface OpenedRedis {
  readonly redis: RedisPort;
  close(): Promise<void>;
}

export function isCoherent(mode: OutageMode): boolean {
  return mode.startsWith('coherent');
}

export async function openRedis(mode: OutageMode, url: string, deadlineMs: number): Promise<OpenedRedis> {
  if (mode.endsWith('node-redis')) return openNodeRedis(url, deadlineMs);
  const redis = connectRedis(url, { deadlineMs });
  return { redis, close: () => redis.close() };
}

/** How fast a client of the application comes back is up to its options: these try as often as a client of ours. */
async function openNodeRedis(url: string, deadlineMs: number): Promise<OpenedRedis> {
  const client = createClient({ url, socket: { reconnectStrategy: () => 200 } });
  client.on('error', () => {});
  await client.connect();
  return { redis: fromNodeRedis(client, { deadlineMs }), close: async () => client.destroy() };
}
