import { Gathering } from '../gathering.ts';
import { defineScript } from '../redis/define-script.ts';
import { RedisUnavailableError } from '../redis/errors.ts';
import { checkNamespace, defaultNamespace } from '../redis/keys.ts';
import type { RedisPort, RedisReply, RedisScript, RedisSubscriber } from '../redis/port.ts';
import { channelKey } from './names.ts';
import { SharedSource } from './shared-source.ts';
import type {
  ChannelSource,
  ChannelStore,
  DurablePlace,
  KeptMessage,
  KeptMessages,
  SourceListener,
  SourceSubscription,
} from './store.ts';

const appendScript: RedisScript = defineScript(new URL('./append.lua', import.meta.url));
const readScript: RedisScript = defineScript(new URL('./read.lua', import.meta.url));

export interface RedisChannelStoreOptions {
  /** Prefix of all channels and keys. @default 'sallyport' */
  readonly namespace?: string;
}

/**
 * Channels over Redis 6.2 or Valkey; sharded ones need Redis 7. All subscriptions of a process share one connection, on a
 * cluster one for each node that is needed.
 * @throws InvalidOptionError for a namespace that cannot be part of a key
 */
export function redisChannelStore(
  redis: RedisPort,
  { namespace = defaultNamespace }: RedisChannelStoreOptions = {},
): ChannelStore {
  return new RedisChannelStore(redis, checkNamespace(namespace));
}

class RedisChannelStore implements ChannelStore {
  readonly #redis: RedisPort;
  readonly #prefix: string;
  readonly #sources = new Map<string, SharedSource>();
  /** By channel: what one channel has to send does not wait for another's. */
  readonly #appends = new WeakMap<DurablePlace, Gathering<string, undefined, RedisReply[]>>();
  #subscriber: RedisSubscriber | undefined;
  #isClosed = false;

  constructor(redis: RedisPort, namespace: string) {
    this.#redis = redis;
    this.#prefix = channelKey(namespace, '');
  }

  async publish(channel: string, isSharded: boolean, payload: string): Promise<number> {
    const key = this.#prefix + channel;
    return Number(await this.#redis.command([publishCommand(isSharded), key, payload], { key }));
  }

  append(place: DurablePlace, payload: string): Promise<{ id: string; receivers: number }> {
    let gathering = this.#appends.get(place);
    if (gathering === undefined) {
      gathering = new Gathering({
        send: (payloads) => this.#appendAll(place, payloads),
        charactersOf: (text) => text.length,
      });
      this.#appends.set(place, gathering);
    }
    return gathering.add(
      [payload],
      undefined,
      (told, from) => ({ id: told[2 * from] as string, receivers: told[2 * from + 1] as number }),
      (error) => error,
    );
  }

  async #appendAll(
    { channel, isSharded, maxLength, maxAgeMs }: DurablePlace,
    payloads: readonly string[],
  ): Promise<RedisReply[]> {
    const key = this.#prefix + channel;
    const args = [publishCommand(isSharded), key, String(maxLength), String(maxAgeMs), ...payloads];
    return (await this.#redis.run(appendScript, [key], args)) as RedisReply[];
  }

  async read(channel: string, after: string, count: number): Promise<KeptMessages> {
    const reply = await this.#redis.run(readScript, [this.#prefix + channel], [after, String(count)]);
    const [lastId, now, entries] = reply as [string, string, [string, string[]][]];
    return { lastId, nowMs: Number(now), messages: entries.map(keptMessage) };
  }

  async subscribe(source: ChannelSource, listener: SourceListener): Promise<SourceSubscription> {
    if (this.#isClosed) throw new RedisUnavailableError('closed', 'This channel store has been closed.');
    const { kind } = source;
    const name = this.#prefix + source.name;
    const id = `${kind} ${name}`;
    this.#subscriber ??= this.#connect();
    const subscriber = this.#subscriber;
    let shared = this.#sources.get(id);
    if (shared === undefined) {
      const made = new SharedSource(source.name, subscriber.subscribe(kind, name), async () => {
        if (this.#sources.get(id) === made) this.#sources.delete(id);
        await subscriber.unsubscribe(kind, name);
      });
      shared = made;
      this.#sources.set(id, made);
    }
    return shared.add(listener);
  }

  async counts(channels: readonly string[], isSharded: boolean): Promise<number[]> {
    const command = isSharded ? 'SHARDNUMSUB' : 'NUMSUB';
    // One command for each: on a cluster every channel is counted at its own node.
    const replies = await Promise.all(
      channels.map((channel) => {
        const key = this.#prefix + channel;
        return this.#redis.command(['PUBSUB', command, key], { key });
      }),
    );
    return replies.map((reply) => Number((reply as RedisReply[])[1]));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const source of this.#sources.values()) source.end();
    this.#sources.clear();
    await this.#subscriber?.close();
  }

  #connect(): RedisSubscriber {
    const find = (kind: string, name: string) => this.#sources.get(`${kind} ${name}`);
    return this.#redis.subscriber({
      message: (kind, name, channel, payload) => find(kind, name)?.message(channel.slice(this.#prefix.length), payload),
      lost: (kind, name) => find(kind, name)?.lost(),
      resumed: (kind, name) => find(kind, name)?.resumed(),
    });
  }
}

function publishCommand(isSharded: boolean): string {
  return isSharded ? 'SPUBLISH' : 'PUBLISH';
}

function keptMessage([id, fields]: [string, string[]]): KeptMessage {
  const field = (name: string) => {
    for (let index = 0; index < fields.length; index += 2) if (fields[index] === name) return fields[index + 1];
    return undefined;
  };
  return { id, previous: field('previous'), payload: field('payload') ?? '' };
}
