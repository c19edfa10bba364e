import { memoryListStore } from 'sallyport/lists';
import { expect, it } from 'vitest';
import { describeListStore } from '../contracts/list-store.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';
import { redisSubject } from './redis-subject.ts';

describeListStore('memory', async () => {
  const store = memoryListStore();
  return { store, another: async () => store, close: () => store.close() };
});

it('memory: takes as long for a value of many as for one of few', async () => {
  const store = memoryListStore();
  for (const order of ['fifo', 'lifo'] as const) {
    const values = Array.from({ length: 200_000 }, (_, index) => String(index));
    await store.push('{many}', values);
    const startedAt = performance.now();
    for (let n = 0; n < 200_000; n++) {
      const [value] = (await store.take([{ place: '{many}', order }], 1))?.values ?? [];
      if (Number(value) !== (order === 'fifo' ? n : 199_999 - n)) throw new Error(`wrong at ${n}: ${value}`);
    }
    // With a copy of the list for each value it takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  }
  await store.close();
});

const server = useRedisServer();

for (const { client, open } of redisClients) {
  describeListStore(client, () => redisSubject(() => open(server.url), client));
}
