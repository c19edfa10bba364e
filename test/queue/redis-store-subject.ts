import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { redisQueueStore } from '../../src/queue/redis.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import type { QueueStoreSubject } from '../contracts/queue-store-subject.ts';
import type { OpenedPort } from '../redis-clients.ts';

/** Queues of their own over one connection. */
export async function redisSubject(open: () => Promise<OpenedPort>): Promise<QueueStoreSubject> {
  const { redis, close } = await open();
  const stores: QueueStore[] = [];
  return {
    open: async () => {
      const store = redisQueueStore(redis, { name: randomUUID() });
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
