import { setTimeout as wait } from 'node:timers/promises';
import { coherentSessionStore, jsonCodec } from 'sallyport/sessions';
import { binaryCodec } from 'sallyport/sessions/binary';
import { describeSessionStore } from '../contracts/session-store.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';

const server = useRedisServer();

for (const { client, open } of redisClients) {
  for (const [layout, codec] of [
    ['hash', jsonCodec],
    ['string', binaryCodec],
  ] as const) {
    describeSessionStore(
      `coherent, ${client}, ${layout}, ${codec.name}`,
      async () => {
        const { redis, close } = await open(server.url);
        const store = coherentSessionStore(redis, { layout, codec });
        return {
          store,
          advance: (ms) => wait(ms),
          close: async () => {
            await store.close();
            await close();
          },
        };
      },
      { realTime: true },
    );
  }
}
