import { InvalidOptionError } from '../../errors.ts';
import { wholeNumber } from '../../option-checks.ts';
import type { PairStore } from './store.ts';

export interface TokenPairsOptions {
  readonly store: PairStore;
  /**
   * Life of a refresh token; each refresh starts it anew.
   * @default 604800 (7 days), or the life of an access token if that is more
   */
  readonly refreshTtlSeconds?: number;
  /**
   * Life of a family of pairs, from its login on, however often it is refreshed.
   * @default 2592000 (30 days), or `refreshTtlSeconds` if that is more
   */
  readonly absoluteTtlSeconds?: number;
  /**
   * How long a spent refresh token is answered with its successor, for tabs that refresh at once and for replies that
   * were lost; 0 to 300.
   * @default 10
   */
  readonly graceSeconds?: number;
  /**
   * What a good refresh token that comes from another device does to its family. It is refused either way.
   * @default 'revoke'
   */
  readonly wrongDevice?: 'revoke' | 'refuse';
}

export interface PairSettings {
  readonly store: PairStore;
  readonly refreshMs: number;
  readonly absoluteMs: number;
  readonly graceMs: number;
  readonly endOnWrongDevice: boolean;
}

const yearSeconds = 31_536_000;

/** @throws InvalidOptionError */
export function checkPairsOptions(options: TokenPairsOptions, accessTtlSeconds: number): PairSettings {
  if (typeof options?.store?.rotate !== 'function') {
    throw new InvalidOptionError('tokens.pairs.store', 'a PairStore, e.g. redisPairStore(redis)');
  }
  const { store, graceSeconds = 10, wrongDevice = 'revoke' } = options;
  const { refreshTtlSeconds = Math.max(604_800, accessTtlSeconds) } = options;
  // A refresh token that ends before its access token would be of no use.
  const refresh = wholeNumber('tokens.pairs.refreshTtlSeconds', refreshTtlSeconds, accessTtlSeconds, yearSeconds);
  const { absoluteTtlSeconds = Math.max(2_592_000, refresh) } = options;
  if (wrongDevice !== 'revoke' && wrongDevice !== 'refuse') {
    throw new InvalidOptionError('tokens.pairs.wrongDevice', "'revoke' or 'refuse'");
  }
  return {
    store,
    refreshMs: refresh * 1_000,
    absoluteMs: wholeNumber('tokens.pairs.absoluteTtlSeconds', absoluteTtlSeconds, refresh, yearSeconds) * 1_000,
    graceMs: wholeNumber('tokens.pairs.graceSeconds', graceSeconds, 0, 300) * 1_000,
    endOnWrongDevice: wrongDevice === 'revoke',
  };
}
