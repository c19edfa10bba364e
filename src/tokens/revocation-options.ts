import { InvalidOptionError } from '../errors.ts';
import { wholeNumber } from '../option-checks.ts';
import { maxAheadMs } from './ahead.ts';
import type { AnnouncingRevocationStore } from './pushed/feed.ts';
import type { RevocationStore } from './store.ts';

/**
 * What a server does with a token that it does not know to be revoked, while it may have missed revocations: `ask` the
 * store; `refuse` the request (503); or serve from memory for so many seconds beyond the lease, and ask after that.
 */
export type WhenBehind = 'ask' | 'refuse' | { readonly serveSeconds: number };

/** Whether and how a token can be taken back before it expires. */
export type RevocationOptions =
  | { readonly mode: 'none' }
  | {
      /** `deny-list`: everything issued is valid until revoked. `allow-list`: only what the store lists is valid. */
      readonly mode: 'deny-list' | 'allow-list';
      readonly store: RevocationStore;
      /**
       * What `verify` does while the store cannot be reached: `refuse` throws its `RedisUnavailableError` (answered
       * 503), `accept` takes the token unchecked, so that a revoked one works until the store is back.
       * @default 'refuse'
       */
      readonly whenUnavailable?: 'refuse' | 'accept';
      /**
       * Also announces what is revoked here to servers in mode `pushed`: for the time in which servers go over to it.
       * @default false
       */
      readonly announce?: boolean;
    }
  | {
      /** Everything issued is valid until revoked, and every server holds the deny-list in memory. */
      readonly mode: 'pushed';
      readonly store: RevocationStore;
      /**
       * The list in memory is relied on only while it is proven that nothing was missed: so long after the last proof at
       * most. No server accepts a token longer than this after its revocation was answered, except as `whenBehind` says.
       * In milliseconds, 100 to 60,000.
       * @default 1000
       */
      readonly leaseMs?: number;
      /** @default 'ask' */
      readonly whenBehind?: WhenBehind;
    };

export type RevocationSettings =
  | { readonly mode: 'none' }
  | {
      readonly mode: 'deny-list' | 'allow-list';
      readonly store: RevocationStore;
      readonly whenUnavailable: 'refuse' | 'accept';
      readonly announces: boolean;
    }
  | {
      readonly mode: 'pushed';
      readonly store: RevocationStore;
      readonly announcing: AnnouncingRevocationStore;
      readonly leaseMs: number;
      readonly whenBehind: WhenBehind;
    };

/**
 * @param longestMs so long a token can live, with the tolerance
 * @throws InvalidOptionError
 */
export function checkRevocation(revocation: RevocationOptions, longestMs: number): RevocationSettings {
  const { mode } = revocation;
  if (mode === 'none') return { mode };
  if (mode !== 'deny-list' && mode !== 'allow-list' && mode !== 'pushed') {
    throw new InvalidOptionError('tokens.revocation.mode', 'none, deny-list, allow-list or pushed');
  }
  const { store } = revocation;
  if (typeof store?.check !== 'function') {
    throw new InvalidOptionError('tokens.revocation.store', 'a RevocationStore, e.g. redisRevocationStore(redis)');
  }
  refuseForeign(revocation, mode === 'pushed' ? ['whenUnavailable', 'announce'] : ['leaseMs', 'whenBehind']);
  if (mode === 'pushed') {
    const { leaseMs = 1_000, whenBehind = 'ask' } = revocation;
    return {
      mode,
      store,
      announcing: announcingStore(store, longestMs),
      leaseMs: wholeNumber('tokens.revocation.leaseMs', leaseMs, 100, 60_000),
      whenBehind: checkWhenBehind(whenBehind),
    };
  }
  const { whenUnavailable = 'refuse', announce = false } = revocation;
  if (!['refuse', 'accept'].includes(whenUnavailable)) {
    throw new InvalidOptionError('tokens.revocation.whenUnavailable', 'refuse or accept');
  }
  if (typeof announce !== 'boolean' || (announce && mode === 'allow-list')) {
    throw new InvalidOptionError('tokens.revocation.announce', 'true or false, and only with a deny-list');
  }
  return {
    mode,
    store: announce ? announcingStore(store, longestMs) : store,
    whenUnavailable,
    announces: announce,
  };
}

/** An option of another mode would be without effect, and nobody would be told. */
function refuseForeign(revocation: object, options: readonly string[]): void {
  for (const option of options) {
    if (option in revocation) throw new InvalidOptionError(`tokens.revocation.${option}`, 'left out in this mode');
  }
}

function announcingStore(store: RevocationStore, longestMs: number): AnnouncingRevocationStore {
  if (typeof store.announcing !== 'function') {
    throw new InvalidOptionError(
      'tokens.revocation.store',
      'a store that announces revocations, e.g. redisRevocationStore(redis)',
    );
  }
  // A time may lie ahead of the clock of the server that revokes, and that clock ahead of another's.
  return store.announcing(longestMs + 2 * maxAheadMs);
}

function checkWhenBehind(whenBehind: WhenBehind): WhenBehind {
  if (whenBehind === 'ask' || whenBehind === 'refuse') return whenBehind;
  if (typeof whenBehind !== 'object' || whenBehind === null) {
    throw new InvalidOptionError('tokens.revocation.whenBehind', "'ask', 'refuse' or { serveSeconds }");
  }
  const { serveSeconds } = whenBehind;
  return { serveSeconds: wholeNumber('tokens.revocation.whenBehind.serveSeconds', serveSeconds, 1, 86_400) };
}
