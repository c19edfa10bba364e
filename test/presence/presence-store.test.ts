import { memoryPresenceStore, redisPresenceStore } from 'sallyport/presence';
import { describe, expect, it } from 'vitest';
import { describePresenceStore } from '../contracts/presence-store.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { redisSubject } from './redis-subject.ts';

describePresenceStore('memory', async () => ({
  fresh: () => {
    const store = memoryPresenceStore();
    return [store, store];
  },
  close: async () => {},
}));

describe('on Redis', () => {
  const server = useRedisServer();

  for (const { client, open } of redisClients) {
    describePresenceStore(client, () => redisSubject(() => open(server.url), client));
  }

  it('leaves nothing of a user who went, and lets every key run out when all servers are gone', async () => {
    const { redis, close } = await redisClients[0]!.open(server.url);
    const store = redisPresenceStore(redis, { namespace: 'traces' });
    const keys = async () => ((await redis.command(['KEYS', 'traces:*'])) as string[]).sort();
    const status = { name: 'away', ageMs: 0 };
    await store.beat([{ userId: 'ada', ageMs: 0, status }], 600_000);
    await store.beat([{ userId: 'bob', ageMs: 500_000, status }], 600_000);
    await store.leave('ada', 600_000);
    for (const key of await keys()) expect(Number(await redis.command(['PTTL', key]))).toBeGreaterThan(1_200_000);
    expect(await store.sweep(400_000, 10)).toEqual(['bob']);
    expect(await keys()).toEqual(['traces:presence:{presence}:left']);
    // A minute after beats of that time would be too old.
    await redis.command(['ZADD', 'traces:presence:{presence}:left', String(Date.now() - 700_000), 'ada']);
    await store.sweep(600_000, 10);
    expect(await keys()).toEqual([]);
    await close();
  });
});
