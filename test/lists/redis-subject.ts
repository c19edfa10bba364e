import { createList, type List, type ListStore, redisListStore } from 'sallyport/lists';
import type { RedisPort } from 'sallyport/redis';
import type { ListStoreSubject } from '../contracts/list-store.ts';
import type { OpenedPort } from '../redis-clients.ts';

/** Stores over connections of their own, which see the same lists. */
export async function redisSubject(open: () => Promise<OpenedPort>, namespace: string): Promise<ListStoreSubject> {
  const closes: (() => Promise<void>)[] = [];
  const another = async (): Promise<ListStore> => {
    const { redis, close } = await open();
    const store = redisListStore(redis, { namespace });
    closes.push(async () => {
      await store.close();
      await redis.close();
      await close();
    });
    return store;
  };
  const store = await another();
  return { store, another, close: async () => void (await Promise.all(closes.map((close) => close()))) };
}

/** The key of a list in the default namespace. */
export const keyOf = (name: string): string => `sallyport:list:{${name}}`;

export interface OpenedNumbers {
  readonly redis: RedisPort;
  readonly list: List<number>;
  close(): Promise<void>;
}

/** The list `numbers`, over connections of its own. */
export async function openNumbers(open: () => Promise<OpenedPort>): Promise<OpenedNumbers> {
  const { redis, close } = await open();
  const store = redisListStore(redis);
  return {
    redis,
    list: createList<number>('numbers', store),
    close: async () => {
      await store.close();
      await redis.close();
      await close();
    },
  };
}
