import { redisPresenceStore } from 'sallyport/presence';
import type { PresenceStoreSubject } from '../contracts/presence-store.ts';
import type { OpenedPort } from '../redis-clients.ts';

/** Two servers with connections of their own; each test has a namespace. */
export async function redisSubject(open: () => Promise<OpenedPort>, name: string): Promise<PresenceStoreSubject> {
  const [one, other] = await Promise.all([open(), open()]);
  let count = 0;
  return {
    fresh: () => {
      const namespace = `${name}-${++count}`;
      return [redisPresenceStore(one.redis, { namespace }), redisPresenceStore(other.redis, { namespace })];
    },
    close: async () => {
      await one.close();
      await other.close();
    },
  };
}
