/** Application servers that share one Redis, each over a connection of its own. */
import type { RedisPort } from 'sallyport/redis';
import {
  createTokens,
  redisPairStore,
  redisRevocationStore,
  type TokenPairsOptions,
  type Tokens,
} from 'sallyport/tokens';
import { here } from './key-pairs.ts';

export function pairServer(redis: RedisPort, secret: string, pairs: Partial<TokenPairsOptions> = {}): Tokens {
  return createTokens({
    ...here,
    keys: [{ kid: 'h', alg: 'HS256', secret }],
    revocation: { mode: 'deny-list', store: redisRevocationStore(redis) },
    pairs: { store: redisPairStore(redis), ...pairs },
  });
}

/** The code a call ended with; `undefined` when it went well. */
export function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
}
