import { InvalidOptionError } from '../errors.ts';
import { checkNamespace, defaultNamespace } from '../redis/keys.ts';
import type { RedisPort } from '../redis/port.ts';
import type { SessionCodec } from './codec.ts';
import { jsonCodec } from './json-codec.ts';
import { redisHashStore } from './redis-hash.ts';
import { redisStringStore } from './redis-string.ts';
import { referUserAgents } from './refer-user-agents.ts';
import type { SessionStore } from './store.ts';
import { UserAgents } from './user-agents.ts';

export interface RedisSessionStoreOptions {
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
  /**
   * `hash`: one field per value, a change costs one round trip and writes only what changed.
   * `string`: one value per session, fewer bytes, a change rewrites it. docs/benchmarks.md has the measured trade-off.
   * @default 'hash'
   */
  readonly layout?: 'hash' | 'string';
  /** @default jsonCodec */
  readonly codec?: SessionCodec;
  /** Keeps a list of each user's sessions, which limits and `devices` need. @default false */
  readonly userIndex?: boolean;
  /** Lets the sessions of users be told of that ran out; keeps the list as well. @default false */
  readonly expiryEvents?: boolean;
}

/** Keeps sessions in Redis or Valkey, where all servers share them. @throws InvalidOptionError */
export function redisSessionStore(redis: RedisPort, options: RedisSessionStoreOptions = {}): SessionStore {
  const { namespace = defaultNamespace, layout = 'hash', codec = jsonCodec } = options;
  const { userIndex = false, expiryEvents = false } = options;
  const settings = { namespace: checkNamespace(namespace), codec, userIndex, expiryEvents };
  const agents = new UserAgents(redis, namespace);
  switch (layout) {
    case 'hash':
      return referUserAgents(redisHashStore(redis, settings), agents);
    case 'string':
      return referUserAgents(redisStringStore(redis, settings), agents);
    default:
      throw new InvalidOptionError('session.layout', "'hash' or 'string'");
  }
}
