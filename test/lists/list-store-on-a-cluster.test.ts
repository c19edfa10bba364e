import { createList, popFrom, redisListStore } from 'sallyport/lists';
import type { RedisPort } from 'sallyport/redis';
import { describe, expect, it } from 'vitest';
import { describeListStore } from '../contracts/list-store.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { redisSubject } from './redis-subject.ts';

describe('a Redis Cluster of three masters', () => {
  const cluster = useRedisCluster();
  for (const { client, open } of clusterClients) {
    describeListStore(`${client} on a cluster`, () => redisSubject(() => open(cluster), client));

    it(`${client}: lists lie on all nodes, and one consumer has them by priority all the same`, async () => {
      const { redis, close } = await open(cluster);
      const store = redisListStore(redis);
      const lists = ['a', 'b', 'c', 'd'].map((name) => createList<number>(`${client}-${name}`, store));
      const nodes = await Promise.all(lists.map((list) => nodeOf(redis, `sallyport:list:{${list.name}}`)));
      expect(new Set(nodes).size).toBeGreaterThan(1);
      for (const [index, list] of lists.entries()) {
        const waiting = popFrom(lists, { timeoutSeconds: 0 });
        await list.push(index);
        expect(await waiting).toEqual({ list, value: index });
      }
      for (const [index, list] of lists.toReversed().entries()) await list.push(10 + index, 20 + index);
      const order: number[] = [];
      for (let n = 0; n < 8; n++) order.push((await popFrom(lists, { timeoutSeconds: 0 })).value);
      expect(order).toEqual([13, 23, 12, 22, 11, 21, 10, 20]);
      expect(await popFrom(lists)).toBeUndefined();
      await store.close();
      await close();
    });
  }
});

async function nodeOf(redis: RedisPort, key: string): Promise<number> {
  const slot = Number(await redis.command(['CLUSTER', 'KEYSLOT', key], { key }));
  return Math.floor(slot / (16_384 / 3));
}
