/** One channel of typed messages. */
import { checkPayload, encodePayload } from '../payload/payload.ts';
import { settings } from './internals.ts';
import { iterateMessages, type ReceivedMessage } from './messages.ts';
import {
  afterOf,
  type CatchUpOptions,
  type ChannelSettings,
  checkHandler,
  type MessageHandler,
  type MessagesOptions,
  subscribeSettings,
} from './options.ts';
import type { ChannelStore } from './store.ts';
import { noId } from './stream-id.ts';
import type { Subscription } from './subscription.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface Published {
  /**
   * How many connections got the message, one for each of their subscriptions that fit: a process that is subscribed to
   * the channel and to a pattern counts twice, ten handlers of one channel count once. On a cluster it counts the
   * connections to the channel's node, where all subscriptions by name are, and of those by pattern only some.
   */
  readonly receivers: number;
  /** Of a durable channel. */
  readonly id: string | undefined;
}

export interface Channel<Message> {
  readonly name: string;
  /**
   * Sends a message to all who are subscribed. On a durable channel it is kept in the same step.
   * @throws PayloadError when it is refused: nothing was sent
   * @throws RedisUnavailableError when nobody knows whether it was sent
   */
  publish(message: Message): Promise<Published>;
  /**
   * Resolves when Redis has confirmed: what is published from then on comes, until `close`. Outages are gone through;
   * a durable channel then gives what was missed, in order and once, any other tells a gap.
   * @throws InvalidOptionError
   * @throws RedisUnavailableError when no confirmation came within the deadline, or a second if that is longer
   */
  subscribe(handler: MessageHandler<Message>, options?: CatchUpOptions): Promise<Subscription>;
  /**
   * The same as a loop: `for await (const { message, id } of chat.messages({ signal }))`. It is subscribed when the loop
   * begins. Leaving the loop closes the subscription.
   * @throws ChannelSlowError when the loop was too slow and the channel is not durable, and as `subscribe`
   */
  messages(options?: MessagesOptions): AsyncIterableIterator<ReceivedMessage<Message>>;
  /** How many connections, that is processes, are subscribed by the channel's name. @throws RedisUnavailableError */
  count(): Promise<number>;
  /**
   * The id of the last message of a durable channel, to read something else first and then go on `after` it; `'0'` when
   * there was none, `undefined` on a channel that is not durable.
   * @throws RedisUnavailableError
   */
  lastId(): Promise<string | undefined>;
  /** @internal */
  readonly [settings]: ChannelSettings<Message>;
}

export function createChannel<Message>(
  channel: ChannelSettings<Message>,
  store: ChannelStore,
  subscriptions: Subscriptions,
): Channel<Message> {
  const { name, schema, maxPayloadBytes, isSharded, place } = channel;

  const subscribe: Channel<Message>['subscribe'] = async (handler, options = {}) => {
    checkHandler(handler);
    const { after, ...rest } = options;
    return subscriptions.begin({
      sources: [channel],
      handler,
      ...subscribeSettings(rest),
      after: afterOf(after, place),
    });
  };

  return {
    name,
    publish: async (message) => {
      // What was given is sent as it is now; the schema's own result is made again when it comes.
      const payload = encodePayload(message, maxPayloadBytes);
      const check = checkPayload(message, schema);
      if (check instanceof Promise) await check;
      if (place !== undefined) return store.append(place, payload);
      return { receivers: await store.publish(name, isSharded, payload), id: undefined };
    },
    subscribe,
    messages: (options = {}) => iterateMessages<Message>(subscribe, options),
    count: async () => (await store.counts([name], isSharded))[0] ?? 0,
    lastId: async () => {
      if (place === undefined) return undefined;
      const { lastId } = await store.read(name, noId, 0);
      return lastId === noId ? '0' : lastId;
    },
    [settings]: channel,
  };
}
