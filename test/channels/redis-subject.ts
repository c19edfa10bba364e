import { type ChannelStore, redisChannelStore } from 'sallyport/channels';
import type { ChannelStoreSubject } from '../contracts/channel-store.ts';
import type { OpenedPort } from '../redis-clients.ts';

/** Stores over connections of their own, which see the same channels. */
export async function redisSubject(
  open: () => Promise<OpenedPort>,
  namespace: string,
  isCluster = false,
): Promise<ChannelStoreSubject> {
  const closes: (() => Promise<void>)[] = [];
  const another = async (): Promise<ChannelStore> => {
    const { redis, close } = await open();
    const store = redisChannelStore(redis, { namespace });
    closes.push(async () => {
      await store.close();
      await redis.close();
      await close();
    });
    return store;
  };
  return {
    store: await another(),
    another,
    connections: 2,
    countsPatterns: !isCluster,
    close: async () => void (await Promise.all(closes.map((close) => close()))),
  };
}
