import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { fromIoredis } from 'sallyport/redis';
import { coherentSessionStore, jsonCodec, memorySessionStore, redisSessionStore } from 'sallyport/sessions';
import { binaryCodec } from 'sallyport/sessions/binary';
import { describeUserSessions } from '../contracts/user-sessions.ts';
import { manualClock } from '../manual-clock.ts';
import { redisClients } from '../redis-clients.ts';
import { useRedisServer } from '../redis-server.ts';

describeUserSessions('memory', async (options) => {
  const clock = manualClock();
  const store = memorySessionStore({ clock, ...options });
  return { store, advance: async (ms) => clock.advance(ms), close: () => store.close() };
});

const server = useRedisServer();

describeUserSessions(
  'ioredis, with a prefix for its keys',
  async ({ expiryEvents }) => {
    const client = new Redis(server.url, { keyPrefix: 'prefixed:' });
    const namespace = expiryEvents ? 'expiry' : 'plain';
    const store = redisSessionStore(fromIoredis(client), { namespace, userIndex: true, expiryEvents });
    return {
      store,
      advance: (ms) => wait(ms),
      close: async () => {
        await store.close();
        client.disconnect();
      },
    };
  },
  { realTime: true },
);

for (const { client, open } of redisClients) {
  for (const layout of ['hash', 'string'] as const) {
    for (const codec of [jsonCodec, binaryCodec]) {
      describeUserSessions(
        `${client}, ${layout}, ${codec.name}`,
        async ({ expiryEvents }) => {
          const { redis, close } = await open(server.url);
          const namespace = `${client}-${layout}-${codec.name}${expiryEvents ? '-expiry' : ''}`;
          const store = redisSessionStore(redis, { namespace, layout, codec, userIndex: true, expiryEvents });
          return { store, advance: (ms) => wait(ms), close };
        },
        { realTime: true },
      );
    }
  }
  describeUserSessions(
    `coherent, ${client}`,
    async ({ expiryEvents }) => {
      const { redis, close } = await open(server.url);
      const namespace = `${client}-coherent${expiryEvents ? '-expiry' : ''}`;
      const store = coherentSessionStore(redis, { namespace, userIndex: true, expiryEvents });
      return {
        store,
        // A renewal that is coalesced comes a moment after the read that asked for it.
        advance: (ms) => wait(ms * 1.1),
        close: async () => {
          await store.close();
          await close();
        },
      };
    },
    { realTime: true },
  );
}
