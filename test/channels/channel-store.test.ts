import { memoryChannelStore } from 'sallyport/channels';
import { describe } from 'vitest';
import { describeChannelStore } from '../contracts/channel-store.ts';
import { redisClients } from '../redis-clients.ts';
import { clusterClients, useRedisCluster } from '../redis-cluster.ts';
import { useRedisServer } from '../redis-server.ts';
import { redisSubject } from './redis-subject.ts';

describeChannelStore('memory', async () => {
  const store = memoryChannelStore();
  return { store, another: async () => store, connections: 1, countsPatterns: true, close: () => store.close() };
});

const server = useRedisServer();

for (const { client, open } of redisClients) {
  describeChannelStore(client, () => redisSubject(() => open(server.url), client));
}

describe('a Redis Cluster of three masters', () => {
  const cluster = useRedisCluster();
  for (const { client, open } of clusterClients) {
    describeChannelStore(`${client} on a cluster`, () => redisSubject(() => open(cluster), client, true));
  }
});
