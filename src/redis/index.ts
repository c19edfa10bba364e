export { connectRedis } from './connect.ts';
export type { DeadlineOptions } from './deadline-option.ts';
export { defineScript } from './define-script.ts';
export { RedisReplyError, RedisUnavailableError, type RedisUnavailableReason } from './errors.ts';
export { fromIoredis, type IoredisClient } from './from-ioredis.ts';
export { fromNodeRedis, type NodeRedisClient } from './from-node-redis.ts';
export { checkNamespace, defaultNamespace, userTag } from './keys.ts';
export type { CommandOptions, RedisArgument, RedisPort, RedisReply, RedisScript } from './port.ts';
export { type RedisSource, toRedisPort } from './to-port.ts';
