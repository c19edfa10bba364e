/** The ways to take tokens back, and what else `verify` can be set to do at every request. */
import type { RedisPort } from 'sallyport/redis';
import { redisRevocationStore, redisUseCountStore, type TokensOptions } from 'sallyport/tokens';

type Mode = (redis: RedisPort) => Pick<TokensOptions, 'revocation' | 'abuse'>;

/** A further mode is one line here. */
export const modes = {
  stateless: () => ({}),
  /** The same again: how far two equal subjects lie apart is how exact the others are. */
  'stateless-again': () => ({}),
  'stateless-counted': (redis) => ({ abuse: { store: redisUseCountStore(redis) } }),
  'deny-list': (redis) => ({ revocation: { mode: 'deny-list', store: redisRevocationStore(redis) } }),
  pushed: (redis) => ({ revocation: { mode: 'pushed', store: redisRevocationStore(redis) } }),
  'allow-list': (redis) => ({ revocation: { mode: 'allow-list', store: redisRevocationStore(redis) } }),
} satisfies Record<string, Mode>;

export type ModeName = keyof typeof modes;

export function isMode(name: string): name is ModeName {
  return Object.hasOwn(modes, name);
}
