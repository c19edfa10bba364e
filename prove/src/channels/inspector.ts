/** Looks at a channel from outside, while a round runs and when it is over. */
import { within } from '../within.ts';
import { type Message, openChannel } from './open-channel.ts';
import type { ChannelAddress } from './orders.ts';

const askTimeoutMs = 5_000;

export interface ChannelInspector {
  lastId(): Promise<string | undefined>;
  /** Names of messages by id. */
  kept(): Promise<Map<string, string>>;
  leftSubscriptions(): Promise<string[]>;
  /** Anything but the channel's stream, which has a time to live. See docs/redis-keys.md. */
  leakedKeys(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openInspector(address: ChannelAddress & { readonly url: string }): Promise<ChannelInspector> {
  const { app, redis, channel } = await openChannel({ ...address, deadlineMs: 2_000 });
  const key = `sallyport:channel:${address.channel}`;
  const command = async (...args: [string, ...string[]]) => within(askTimeoutMs, redis.command(args));
  return {
    lastId: () => within(askTimeoutMs, channel.lastId()),
    kept: async () => {
      const entries = (await command('XRANGE', key, '-', '+')) as [string, string[]][];
      return new Map(
        entries.map(([id, fields]) => {
          const payload = fields[fields.indexOf('payload') + 1] ?? '{}';
          return [id, (JSON.parse(payload) as Message).name];
        }),
      );
    },
    leftSubscriptions: async () => {
      const plain = (await command('PUBSUB', 'CHANNELS', '*')) as string[];
      return [...plain, ...((await command('PUBSUB', 'SHARDCHANNELS', '*')) as string[])];
    },
    leakedKeys: async () => {
      const others = ((await command('KEYS', '*')) as string[]).filter((other) => other !== key);
      return Number(await command('PTTL', key)) > 0 ? others : [...others, `${key} (no time to live)`];
    },
    close: () => app.close(),
  };
}
