/** All subscriptions of one store in this process. */
import type { PayloadSchema } from '../payload/payload.ts';
import { emit } from '../telemetry/events.ts';
import { Cursor } from './cursor.ts';
import { Delivery } from './delivery.ts';
import { DurableFeed } from './durable-feed.ts';
import { DurableReceiver } from './durable-receiver.ts';
import { ChannelSlowError } from './errors.ts';
import { readFrame } from './frame.ts';
import type { ChannelGap } from './gap.ts';
import type { Item } from './item.ts';
import type { ChannelSettings, MessageHandler, SubscribeSettings } from './options.ts';
import { receive } from './receive.ts';
import type { ChannelSource, ChannelStore, DurablePlace, SourceListener } from './store.ts';
import { noId } from './stream-id.ts';
import { beginSubscription, type Lifetime, type Subscription } from './subscription.ts';

interface ByName<Message> extends SubscribeSettings {
  readonly sources: readonly ChannelSettings<Message>[];
  readonly handler: MessageHandler<Message>;
  /** Of one durable channel. */
  readonly after?: string | undefined;
}

interface ByPattern<Message> extends SubscribeSettings {
  readonly pattern: string;
  readonly schema: PayloadSchema<Message> | undefined;
  readonly handler: MessageHandler<Message>;
}

interface Begun {
  readonly life: Lifetime;
  readonly delivery: Delivery<Item>;
  /** Runs when the subscription ends; at once when it has ended. */
  atEnd(run: () => unknown): void;
}

interface SharedFeed {
  readonly feed: DurableFeed;
  readonly opened: Promise<void>;
  users: number;
}

export class Subscriptions {
  readonly #store: ChannelStore;
  readonly #lives = new Set<Lifetime>();
  /** Of durable channels. */
  readonly #feeds = new Map<string, SharedFeed>();

  constructor(store: ChannelStore) {
    this.#store = store;
  }

  async begin<Message>({ sources, after, ...options }: ByName<Message>): Promise<Subscription> {
    const schemas = new Map(sources.map(({ name, schema }) => [name, schema]));
    const begun = this.#begin(
      sources.map(({ name }) => name),
      { ...options, pattern: undefined, schemaOf: (channel) => schemas.get(channel) },
    );
    return this.#joined(
      begun,
      sources.map(({ name, isSharded, place }) =>
        place === undefined
          ? this.#joinLive(begun, { kind: isSharded ? 'shard' : 'channel', name })
          : this.#joinDurable(begun, place, after),
      ),
    );
  }

  async beginPattern<Message>({ pattern, schema, ...options }: ByPattern<Message>): Promise<Subscription> {
    const begun = this.#begin([pattern], { ...options, pattern, schemaOf: () => schema });
    return this.#joined(begun, [this.#joinLive(begun, { kind: 'pattern', name: pattern })]);
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#lives].map((life) => life.end()));
  }

  #begin<Message>(
    names: readonly string[],
    {
      isOrdered,
      bufferSize,
      ...receiving
    }: SubscribeSettings & Omit<Parameters<typeof receive<Message>>[0], 'onEnded'>,
  ): Begun {
    let lastId: string | undefined;
    let isEnded = false;
    const atEnd: (() => unknown)[] = [];
    const delivery = new Delivery<Item>({
      handle: receive<Message>({
        ...receiving,
        onEnded: (id) => {
          lastId = id;
        },
      }),
      onFailed: (error, { channel }) => emit('channel.handler.failed', { channel, error }),
      isOrdered,
      bufferSize,
    });
    const life = beginSubscription(
      names,
      () => lastId,
      async () => {
        isEnded = true;
        delivery.close();
        this.#lives.delete(life);
        await Promise.allSettled(atEnd.map(async (run) => run()));
      },
    );
    this.#lives.add(life);
    return {
      life,
      delivery,
      atEnd: (run) => {
        if (isEnded) void Promise.resolve(run()).catch(() => {});
        else atEnd.push(run);
      },
    };
  }

  async #joined({ life }: Begun, joining: readonly Promise<void>[]): Promise<Subscription> {
    const failed = (await Promise.allSettled(joining)).find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') return life.subscription;
    await life.end();
    throw failed.reason;
  }

  async #joinLive({ life, delivery, atEnd }: Begun, source: ChannelSource): Promise<void> {
    const { bufferSize } = delivery;
    const gap: ChannelGap = { channel: source.name, reason: 'disconnected' };
    const offer = (item: Item) => {
      if (delivery.offer(item)) return;
      const { channel } = item;
      const error = new ChannelSlowError(channel, bufferSize);
      emit('channel.subscription.dropped', { channel, code: error.code });
      void life.end(error);
    };
    const listener: SourceListener = {
      message: (channel, text) => {
        const { id, payload } = readFrame(text);
        offer(id === undefined ? { channel, payload } : { channel, id, payload });
      },
      lost: () => {},
      resumed: () => {
        emit('channel.gap', { channel: source.name, reason: gap.reason });
        offer({ channel: source.name, gap });
      },
    };
    const subscription = await this.#store.subscribe(source, listener);
    atEnd(() => subscription.close());
  }

  async #joinDurable({ delivery, atEnd }: Begun, place: DurablePlace, after: string | undefined): Promise<void> {
    const shared = this.#feedOf(place);
    const { feed } = shared;
    shared.users++;
    atEnd(async () => {
      if (--shared.users > 0) return;
      const key = feedKey(place);
      if (this.#feeds.get(key) === shared) this.#feeds.delete(key);
      await feed.close();
    });
    await shared.opened;
    await feed.confirmed();
    const cursor = new Cursor(place, after ?? feed.position, after !== noId);
    const receiver = new DurableReceiver(this.#store, place.channel, feed, cursor, delivery);
    if (after === undefined) receiver.follow();
    else receiver.readOn();
    atEnd(() => receiver.close());
  }

  #feedOf(place: DurablePlace): SharedFeed {
    const key = feedKey(place);
    let shared = this.#feeds.get(key);
    if (shared === undefined) {
      const feed = new DurableFeed(this.#store, place);
      shared = { feed, opened: feed.open(), users: 0 };
      // Whoever joins is told; nobody may have joined by then.
      shared.opened.catch(() => {});
      this.#feeds.set(key, shared);
    }
    return shared;
  }
}

function feedKey({ channel, isSharded }: DurablePlace): string {
  return `${isSharded ? 'shard' : 'channel'} ${channel}`;
}
