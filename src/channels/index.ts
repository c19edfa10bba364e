export { PayloadError, type PayloadIssue } from '../payload/errors.ts';
export type { PayloadSchema } from '../payload/payload.ts';
export type { SubscriptionKind } from '../redis/subscriber-link.ts';
export type { Channel, Published } from './channel.ts';
export { type Channels, createChannels, type PatternOptions } from './channels.ts';
export { ChannelSlowError } from './errors.ts';
export type { ChannelGap } from './gap.ts';
export { memoryChannelStore } from './memory.ts';
export type { ReceivedMessage } from './messages.ts';
export type {
  CatchUpOptions,
  ChannelOptions,
  DurableOptions,
  MessageDetails,
  MessageHandler,
  MessagesOptions,
  SubscribeOptions,
} from './options.ts';
export { type RedisChannelStoreOptions, redisChannelStore } from './redis.ts';
export type {
  ChannelSource,
  ChannelStore,
  DurablePlace,
  KeptMessage,
  KeptMessages,
  SourceListener,
  SourceSubscription,
} from './store.ts';
export type { Subscription } from './subscription.ts';
