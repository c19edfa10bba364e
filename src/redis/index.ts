export { connectRedis } from './connect.ts';
export type { DeadlineOptions } from './deadline-option.ts';
export { defineScript } from './define-script.ts';
export { RedisReplyError, RedisUnavailableError, type RedisUnavailableReason } from './errors.ts';
export { fromIoredis } from './from-ioredis.ts';
export { fromNodeRedis } from './from-node-redis.ts';
export type { IoredisClient } from './ioredis-client.ts';
export { checkNamespace, defaultNamespace, userTag } from './keys.ts';
export type { NodeRedisClient } from './node-redis-client.ts';
export type {
  CommandOptions,
  RedisArgument,
  RedisPort,
  RedisReply,
  RedisScript,
  RedisSubscriber,
  RedisTracker,
  SubscriberListener,
  TrackerListener,
} from './port.ts';
export type { SubscriptionKind } from './subscriber-link.ts';
export { type RedisSource, toRedisPort } from './to-port.ts';
