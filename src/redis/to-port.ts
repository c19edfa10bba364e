import { InvalidOptionError } from '../errors.ts';
import { connectRedis } from './connect.ts';
import type { DeadlineOptions } from './deadline-option.ts';
import { fromIoredis } from './from-ioredis.ts';
import { fromNodeRedis } from './from-node-redis.ts';
import type { IoredisClient } from './ioredis-client.ts';
import type { NodeRedisClient } from './node-redis-client.ts';
import type { RedisPort } from './port.ts';

/** A URL, a client of ioredis, iovalkey or node-redis that the application made, or a port. */
export type RedisSource = string | IoredisClient | NodeRedisClient | RedisPort;

/** @throws InvalidOptionError for anything else. */
export function toRedisPort(source: RedisSource, options: DeadlineOptions = {}): RedisPort {
  if (typeof source === 'string') return connectRedis(source, options);
  if (typeof source === 'object' && source !== null) {
    if ('run' in source && 'command' in source) return source;
    if ('callBuffer' in source) return fromIoredis(source, options);
    if ('sendCommand' in source) return fromNodeRedis(source, options);
  }
  throw new InvalidOptionError('redis', 'a URL, or a client of ioredis, iovalkey or node-redis');
}
