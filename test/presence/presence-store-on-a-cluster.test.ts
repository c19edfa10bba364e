import { describe } from 'vitest';
import { describePresenceStore } from '../contracts/presence-store.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { redisSubject } from './redis-subject.ts';

describe('a Redis Cluster of three masters', () => {
  const cluster = useRedisCluster();
  for (const { client, open } of clusterClients) {
    describePresenceStore(`${client} on a cluster`, () => redisSubject(() => open(cluster), client));
  }
});
