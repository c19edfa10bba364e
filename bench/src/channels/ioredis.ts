/** Redis' own commands by hand: PUBLISH and SUBSCRIBE; and XADD with XREAD, as one keeps messages for those who come late. */
import { Redis } from 'ioredis';
import type { OpenChannel, Payload } from './subject.ts';

const name = 'bench';

export const openIoredis: OpenChannel = async (url, heard) => {
  const redis = new Redis(url, { protocol: 2 });
  const subscriber = new Redis(url, { protocol: 2 });
  subscriber.on('message', (_channel, text) => heard(JSON.parse(text) as Payload));
  await subscriber.subscribe(name);
  return {
    publish: (payload) => redis.publish(name, JSON.stringify(payload)),
    close: async () => {
      subscriber.disconnect();
      await redis.quit();
    },
  };
};

type Reply = [[key: string, entries: [id: string, fields: string[]][]]] | null;

/** As many are kept as by default in a durable channel, and by the streams adapter of socket.io. */
const maxLength = 10_000;

export const openIoredisStream: OpenChannel = async (url, heard) => {
  const redis = new Redis(url, { protocol: 2 });
  const reading = new Redis(url, { protocol: 2 });
  let isClosed = false;

  async function listen(): Promise<void> {
    for (let after = '$'; !isClosed; ) {
      const reply = (await reading.xread('COUNT', 100, 'BLOCK', 0, 'STREAMS', name, after)) as Reply;
      for (const [id, fields] of reply?.[0][1] ?? []) {
        heard(JSON.parse(fields[1] ?? '') as Payload);
        after = id;
      }
    }
  }
  // What fails is missed by the receiver.
  listen().catch(() => {});
  return {
    publish: (payload) => redis.xadd(name, 'MAXLEN', '~', maxLength, '*', 'payload', JSON.stringify(payload)),
    close: async () => {
      isClosed = true;
      reading.disconnect();
      await redis.quit();
    },
  };
};
