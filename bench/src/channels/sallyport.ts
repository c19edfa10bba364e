/** Sallyport's channels at their defaults. */
import { createChannels, redisChannelStore } from 'sallyport/channels';
import { connectRedis } from 'sallyport/redis';
import type { ChannelServer, OpenChannel, Payload } from './subject.ts';

export const openSallyport: OpenChannel = (url, heard) => open(url, heard, false);
export const openDurable: OpenChannel = (url, heard) => open(url, heard, true);

async function open(url: string, heard: (payload: Payload) => void, durable: boolean): Promise<ChannelServer> {
  // Far longer than an application's: a machine that stalls for a second must not end the measurement.
  const redis = connectRedis(url, { deadlineMs: 10_000 });
  const channels = createChannels(redisChannelStore(redis));
  const channel = channels.channel<Payload>('bench', { durable });
  await channel.subscribe(heard);
  return {
    publish: (payload) => channel.publish(payload),
    close: async () => {
      await channels.close();
      await redis.close();
    },
  };
}
