/** The port between channels and the place over which messages go. Its comments are the contract that every store passes. */
import type { SubscriptionKind } from '../redis/subscriber-link.ts';

/** What can be subscribed to: the messages of one channel, or of all channels that a pattern fits (not of sharded ones). */
export interface ChannelSource {
  readonly kind: SubscriptionKind;
  /** The channel, or the pattern. */
  readonly name: string;
}

/** Is called in the order in which Redis sent, never while a call of it or of another listener is under way. */
export interface SourceListener {
  /** @param frame as `frame.ts` says */
  message(channel: string, frame: string): void;
  /** Until `resumed`, messages are missed. */
  lost(): void;
  resumed(): void;
}

export interface SourceSubscription {
  /**
   * Resolves when the subscription works, at once or after an outage that is under way.
   * @throws RedisUnavailableError when it does not within the deadline; it goes on trying
   */
  confirmed(): Promise<void>;
  /** Nothing comes after the call. Resolves when the server knows it, or is away. */
  close(): Promise<void>;
}

/** A channel whose messages are also kept; a message that is there is never half there. */
export interface DurablePlace {
  readonly channel: string;
  readonly isSharded: boolean;
  /** About how many messages are kept; up to some hundred more. */
  readonly maxLength: number;
  /** How long a message is kept; the whole channel is forgotten when nothing was published for so long. */
  readonly maxAgeMs: number;
}

export interface KeptMessage {
  readonly id: string;
  /** The id of the message before it, kept or not. `undefined`: written by a program that does not say. */
  readonly previous: string | undefined;
  readonly payload: string;
}

export interface KeptMessages {
  /** In their order. */
  readonly messages: readonly KeptMessage[];
  /** Of the last message that was published, kept or not; `0-0` when nothing is known of the channel. */
  readonly lastId: string;
  /** The store's clock, which also makes the ids. */
  readonly nowMs: number;
}

export interface ChannelStore {
  /**
   * Sends a message to those who are subscribed now.
   * @returns how many connections got it, one for each of their subscriptions that fit. On a cluster: those of the node
   *   that has the channel
   */
  publish(channel: string, isSharded: boolean, payload: string): Promise<number>;
  /** The same, and keeps it, in one step: messages are sent in the order of their ids. */
  append(place: DurablePlace, payload: string): Promise<{ readonly id: string; readonly receivers: number }>;
  /** Up to `count` of the messages that are kept and have a later id; with 0 only the last id is of interest. */
  read(channel: string, after: string, count: number): Promise<KeptMessages>;
  /**
   * Resolves when the server has confirmed. Outages that follow are the listener's to hear of, and are gone through.
   * @throws RedisUnavailableError when no confirmation came within the deadline; then there is no subscription
   */
  subscribe(source: ChannelSource, listener: SourceListener): Promise<SourceSubscription>;
  /** For each channel the number of connections that are subscribed to it by its name, not by a pattern. */
  counts(channels: readonly string[], isSharded: boolean): Promise<number[]>;
  /** Ends all subscriptions without a word to their listeners, and closes what the store opened. */
  close(): Promise<void>;
}
