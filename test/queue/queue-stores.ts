/** The stores that the queue's tests run on; each opened store is a queue of its own, emptied between tests. */

import { connectRedis, type RedisPort } from 'sallyport/redis';
import { afterEach } from 'vitest';
import { memoryQueueStore } from '../../src/queue/memory.ts';
import { redisQueueStore } from '../../src/queue/redis.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import { useRedisServer } from '../redis-server.ts';

export interface QueueStores {
  readonly name: string;
  /** A store for the queue of this name; two of one name share their tasks. */
  open(name: string): Promise<QueueStore>;
}

export function useQueueStores(): readonly QueueStores[] {
  const server = useRedisServer();
  const opened: RedisPort[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((redis) => redis.close()));
    await server.flush();
  });
  const inMemory = new Map<string, QueueStore>();
  afterEach(() => inMemory.clear());
  return [
    {
      name: 'memory',
      open: async (name) => {
        const store = inMemory.get(name) ?? memoryQueueStore({ name });
        inMemory.set(name, store);
        return store;
      },
    },
    {
      name: 'Redis',
      open: async (name) => {
        const redis = connectRedis(server.url, { deadlineMs: 2000 });
        opened.push(redis);
        return redisQueueStore(redis, { name });
      },
    },
  ];
}
