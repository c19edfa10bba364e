/** Publish and subscribe, as an application uses it. */
import { type Channel, createChannel } from './channel.ts';
import { settingsOf } from './internals.ts';
import { checkName } from './names.ts';
import {
  type ChannelOptions,
  type ChannelSettings,
  channelSettings,
  checkHandler,
  type MessageHandler,
  type SubscribeOptions,
  subscribeSettings,
} from './options.ts';
import type { ChannelStore } from './store.ts';
import type { Subscription } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';

export interface PatternOptions<Message> extends SubscribeOptions {
  /** As that of a channel. */
  readonly schema?: ChannelOptions<Message>['schema'];
}

/**
 * Messages reach those who are subscribed when they are published, on all servers; on durable channels those as well who
 * come back later. All subscriptions of a process share one connection.
 */
export interface Channels {
  /**
   * The same channel for the same name, on all servers.
   * @throws InvalidOptionError
   */
  channel<Message = unknown>(name: string, options?: ChannelOptions<Message>): Channel<Message>;
  /**
   * Subscribes one handler to several channels, in the order in which their messages come. A name stands for a channel
   * without options. Resolves when Redis has confirmed all of them; if one cannot be, there is no subscription.
   * @throws InvalidOptionError, RedisUnavailableError
   */
  subscribe<Message = unknown>(
    channels: readonly (string | Channel<Message>)[],
    handler: MessageHandler<Message>,
    options?: SubscribeOptions,
  ): Promise<Subscription>;
  /**
   * Subscribes to all channels that a pattern of Redis fits (PSUBSCRIBE): `user:*`, `game:room:*:chat`. Sharded channels
   * are not seen. Those of durable channels come with their id, but what was missed does not come again.
   * @throws InvalidOptionError, RedisUnavailableError
   */
  subscribePattern<Message = unknown>(
    pattern: string,
    handler: MessageHandler<Message>,
    options?: PatternOptions<Message>,
  ): Promise<Subscription>;
  /** Closes all subscriptions of this process. */
  unsubscribeAll(): Promise<void>;
  /**
   * For each channel how many connections, that is processes, are subscribed to it by its name (PUBSUB NUMSUB).
   * @throws RedisUnavailableError
   */
  counts(channels: readonly (string | Channel<unknown>)[]): Promise<Map<string, number>>;
  /** Closes all subscriptions and the connection for them. */
  close(): Promise<void>;
}

/** @example const channels = createChannels(redisChannelStore(redis)); */
export function createChannels(store: ChannelStore): Channels {
  const subscriptions = new Subscriptions(store);
  const resolve = <Message>(channel: string | Channel<Message>): ChannelSettings<Message> =>
    typeof channel === 'string' ? channelSettings<Message>(channel, {}) : settingsOf(channel);
  return {
    channel: (name, options = {}) => createChannel(channelSettings(name, options), store, subscriptions),
    subscribe: async (channels, handler, options = {}) => {
      checkHandler(handler);
      const sources = channels.map(resolve);
      return subscriptions.begin({ sources, handler, ...subscribeSettings(options) });
    },
    subscribePattern: async (pattern, handler, { schema, ...options } = {}) => {
      checkHandler(handler);
      checkName(pattern, 'pattern');
      return subscriptions.beginPattern({ pattern, schema, handler, ...subscribeSettings(options) });
    },
    unsubscribeAll: () => subscriptions.endAll(),
    counts: async (channels) => {
      const sources = channels.map(resolve<unknown>);
      const counts = new Map<string, number>();
      for (const isSharded of [false, true]) {
        const names = sources.filter((source) => source.isSharded === isSharded).map(({ name }) => name);
        const numbers = names.length === 0 ? [] : await store.counts(names, isSharded);
        for (const [index, name] of names.entries()) counts.set(name, (counts.get(name) ?? 0) + (numbers[index] ?? 0));
      }
      return counts;
    },
    close: async () => {
      await subscriptions.endAll();
      await store.close();
    },
  };
}
