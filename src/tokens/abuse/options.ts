import { InvalidOptionError } from '../../errors.ts';
import { wholeNumber } from '../../option-checks.ts';
import type { UseCountStore } from './store.ts';

/** Tokens that are used too often: one that was copied into a script, or is passed around. */
export interface TokenAbuseOptions {
  /** Where the servers add up their counts. */
  readonly store: UseCountStore;
  /** A token that is used more often than this within a minute is abused; 1 to 1,000,000. @default 100 */
  readonly maxUsesPerMinute?: number;
  /**
   * `revoke` takes an abused token back and emits `token.abused`, `alert` only emits it.
   * @default 'revoke'; 'alert' with the revocation mode `none`
   */
  readonly action?: 'revoke' | 'alert';
  /** How often a server tells the store what it has counted, in milliseconds, 10 to 10,000. @default 2000 */
  readonly mergeEveryMs?: number;
  /**
   * How many tokens one server counts at a time, 100 to 1,000,000; of more, those that were not used for longest are
   * counted anew.
   * @default 10000
   */
  readonly maxTokens?: number;
}

export interface AbuseSettings {
  readonly store: UseCountStore;
  readonly maxUses: number;
  readonly revokes: boolean;
  readonly mergeEveryMs: number;
  readonly maxTokens: number;
}

/** @throws InvalidOptionError */
export function checkAbuseOptions(options: TokenAbuseOptions, canRevoke: boolean): AbuseSettings {
  if (typeof options?.store?.add !== 'function') {
    throw new InvalidOptionError('tokens.abuse.store', 'a UseCountStore, e.g. redisUseCountStore(redis)');
  }
  const { store, maxUsesPerMinute = 100, action = canRevoke ? 'revoke' : 'alert' } = options;
  if (action !== 'revoke' && action !== 'alert') {
    throw new InvalidOptionError('tokens.abuse.action', "'revoke' or 'alert'");
  }
  if (action === 'revoke' && !canRevoke) {
    throw new InvalidOptionError('tokens.abuse.action', "'alert' while tokens.revocation.mode is none");
  }
  return {
    store,
    maxUses: wholeNumber('tokens.abuse.maxUsesPerMinute', maxUsesPerMinute, 1, 1_000_000),
    revokes: action === 'revoke',
    mergeEveryMs: wholeNumber('tokens.abuse.mergeEveryMs', options.mergeEveryMs ?? 2_000, 10, 10_000),
    maxTokens: wholeNumber('tokens.abuse.maxTokens', options.maxTokens ?? 10_000, 100, 1_000_000),
  };
}
