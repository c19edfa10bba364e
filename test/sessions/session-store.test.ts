import { setTimeout as wait } from 'node:timers/promises';
import { jsonCodec, memorySessionStore, redisSessionStore } from 'sallyport/sessions';
import { binaryCodec } from 'sallyport/sessions/binary';
import { describeSessionStore } from '../contracts/session-store.ts';
import { manualClock } from '../manual-clock.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';

for (const codec of [jsonCodec, binaryCodec]) {
  describeSessionStore(`memory, ${codec.name}`, async () => {
    const clock = manualClock();
    const store = memorySessionStore({ clock, codec });
    return { store, advance: async (ms) => clock.advance(ms), close: () => store.close() };
  });
}

const server = useRedisServer();

for (const { client, open } of redisClients) {
  for (const layout of ['hash', 'string'] as const) {
    for (const codec of [jsonCodec, binaryCodec]) {
      describeSessionStore(
        `${client}, ${layout}, ${codec.name}`,
        async () => {
          const { redis, close } = await open(server.url);
          return { store: redisSessionStore(redis, { layout, codec }), advance: (ms) => wait(ms), close };
        },
        { realTime: true },
      );
    }
  }
}
