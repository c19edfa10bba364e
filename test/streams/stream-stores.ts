/** The stores that the streams' tests run on; each opened store is a stream of its own, emptied between tests. */

import { connectRedis, type RedisPort } from 'sallyport/redis';
import { afterEach } from 'vitest';
import { memoryStreamStore } from '../../src/streams/memory.ts';
import { redisStreamStore } from '../../src/streams/redis.ts';
import type { StreamStore } from '../../src/streams/store.ts';
import { useRedisServer } from '../redis-server.ts';

export interface StreamStores {
  readonly name: string;
  /** A store for the stream of this name; two of one name share their events. */
  open(name: string): Promise<StreamStore>;
}

export function useStreamStores(): readonly StreamStores[] {
  const server = useRedisServer();
  const opened: RedisPort[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((redis) => redis.close()));
    await server.flush();
  });
  const inMemory = new Map<string, StreamStore>();
  afterEach(() => inMemory.clear());
  return [
    {
      name: 'memory',
      open: async (name) => {
        const store = inMemory.get(name) ?? memoryStreamStore({ name });
        inMemory.set(name, store);
        return store;
      },
    },
    {
      name: 'Redis',
      open: async (name) => {
        const redis = connectRedis(server.url, { deadlineMs: 2_000 });
        opened.push(redis);
        return redisStreamStore(redis, { name });
      },
    },
  ];
}
