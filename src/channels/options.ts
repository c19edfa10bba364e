import { InvalidOptionError } from '../errors.ts';
import type { PayloadSchema } from '../payload/payload.ts';
import type { ChannelGap } from './gap.ts';
import { checkName } from './names.ts';
import type { DurablePlace } from './store.ts';
import { isStreamId } from './stream-id.ts';

export interface ChannelOptions<Message> {
  /** Messages are checked by it when they are published, and again when they come. @default no check */
  readonly schema?: PayloadSchema<Message>;
  /** Larger messages are refused, in bytes of JSON. @default 65536 */
  readonly maxPayloadBytes?: number;
  /** Messages are also kept, so that who was away gets what it missed. Publishers must say so. @default false */
  readonly durable?: boolean | DurableOptions;
  /**
   * SPUBLISH and SSUBSCRIBE (Redis 7): on a cluster only the nodes of the channel's slot have to do with it. Publishers
   * and subscribers must say so alike; patterns do not see it. @default false
   */
  readonly sharded?: boolean;
}

export interface DurableOptions {
  /** About how many messages are kept; up to some hundred more. @default 10000 */
  readonly maxLength?: number;
  /** How long a message is kept. @default 86400, a day */
  readonly maxAgeSeconds?: number;
}

/** What a handler gets with a message. */
export interface MessageDetails {
  /** The channel that it was published to. */
  readonly channel: string;
  /** The pattern that fitted, of a subscription by pattern. */
  readonly pattern: string | undefined;
  /** Of a durable message, `<milliseconds>-<number>`: where to go on `after`. */
  readonly id: string | undefined;
  /** Set on the first message after a gap: there is, or may be, something missing before this one. */
  readonly gap: ChannelGap | undefined;
}

/**
 * May be asynchronous. What it throws, or rejects with, is told by the event `channel.handler.failed` and stops nothing.
 */
export type MessageHandler<Message> = (message: Message, details: MessageDetails) => unknown;

export interface SubscribeOptions {
  /**
   * Waits for a handler to end before it is called with the next message of this subscription.
   * @default true
   */
  readonly ordered?: boolean;
  /**
   * How many messages may wait for the handler (when not ordered: how many handlers may be under way). One more, and the
   * subscription is ended with `ChannelSlowError`; that of a durable channel reads on from the stream instead.
   * @default 1000
   */
  readonly bufferSize?: number;
  /** Is called, in its place among the messages, when some are or may be missing. The next message tells it as well. */
  readonly onGap?: (gap: ChannelGap) => unknown;
}

/** Of one durable channel. */
export interface CatchUpOptions extends SubscribeOptions {
  /**
   * The id of the last message that is known: goes on with the next one that was kept. `'0'`: begins with the oldest one.
   * @default only what is published from now on
   */
  readonly after?: string;
}

export interface MessagesOptions extends Pick<CatchUpOptions, 'after' | 'bufferSize' | 'onGap'> {
  /** Ends the loop without an error. */
  readonly signal?: AbortSignal;
}

/** Options of a channel that were checked. */
export interface ChannelSettings<Message> {
  readonly name: string;
  readonly schema: PayloadSchema<Message> | undefined;
  readonly maxPayloadBytes: number;
  readonly isSharded: boolean;
  /** Set on durable channels. */
  readonly place: DurablePlace | undefined;
}

/** @throws InvalidOptionError */
export function channelSettings<Message>(name: string, options: ChannelOptions<Message>): ChannelSettings<Message> {
  const { schema, maxPayloadBytes = 65_536, durable = false, sharded = false } = options;
  checkName(name, 'channel');
  checkWhole('maxPayloadBytes', maxPayloadBytes, 64 * 1024 * 1024, 'bytes');
  if (typeof sharded !== 'boolean') throw new InvalidOptionError('sharded', 'true or false');
  return {
    name,
    schema,
    maxPayloadBytes,
    isSharded: sharded,
    place: durable === false ? undefined : placeOf(name, sharded, durable === true ? {} : durable),
  };
}

function placeOf(channel: string, isSharded: boolean, options: DurableOptions): DurablePlace {
  if (typeof options !== 'object' || options === null)
    throw new InvalidOptionError('durable', 'true, false or an object');
  const { maxLength = 10_000, maxAgeSeconds = 86_400 } = options;
  checkWhole('durable.maxLength', maxLength, 100_000_000, 'messages');
  checkWhole('durable.maxAgeSeconds', maxAgeSeconds, 315_360_000, 'seconds');
  return { channel, isSharded, maxLength, maxAgeMs: maxAgeSeconds * 1_000 };
}

export interface SubscribeSettings {
  readonly isOrdered: boolean;
  readonly bufferSize: number;
  readonly onGap: ((gap: ChannelGap) => unknown) | undefined;
}

/** @throws InvalidOptionError */
export function subscribeSettings(options: SubscribeOptions): SubscribeSettings {
  const { ordered = true, bufferSize = 1_000, onGap } = options;
  if (typeof ordered !== 'boolean') throw new InvalidOptionError('ordered', 'true or false');
  checkWhole('bufferSize', bufferSize, 1_000_000, 'messages');
  if (onGap !== undefined && typeof onGap !== 'function') throw new InvalidOptionError('onGap', 'a function');
  return { isOrdered: ordered, bufferSize, onGap };
}

/** @returns the id from which to read on, `undefined` for now. @throws InvalidOptionError */
export function afterOf(after: string | undefined, place: DurablePlace | undefined): string | undefined {
  if (after === undefined) return undefined;
  if (place === undefined) throw new InvalidOptionError('after', 'left out, for the channel is not durable');
  if (after === '0') return '0-0';
  if (!isStreamId(after)) throw new InvalidOptionError('after', "the id of a message, or '0'");
  return after;
}

export function checkHandler(handler: unknown): void {
  if (typeof handler !== 'function') throw new InvalidOptionError('handler', 'a function');
}

function checkWhole(option: string, value: number, most: number, unit: string): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new InvalidOptionError(option, `a whole number of ${unit} from 1 to ${most}`);
  }
}
