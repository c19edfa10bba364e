import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { openRedisStreamStore } from '../../src/streams/redis.ts';
import type { StreamStore } from '../../src/streams/store.ts';
import type { StreamStoreSubject } from '../contracts/stream-store-subject.ts';
import type { OpenedPort } from '../redis-clients.ts';

/** Streams of their own over one connection. @param reading of `openRedisStreamStore` */
export async function redisSubject(
  open: () => Promise<OpenedPort>,
  reading: { readonly plainFrom?: number } = {},
): Promise<StreamStoreSubject> {
  const { redis, close } = await open();
  const stores: StreamStore[] = [];
  return {
    open: async () => {
      const store = openRedisStreamStore(redis, { name: randomUUID() }, reading);
      stores.push(store);
      return store;
    },
    advance: (ms) => wait(ms),
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await redis.close();
      await close();
    },
  };
}
