import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import type { Clock } from '../clock.ts';
import { TokenKeysUnavailableError } from './errors.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import type { JwksSettings } from './jwks-options.ts';

/** A key that somebody else publishes, and until when the answer holds without asking again. */
interface PublishedKey {
  readonly key: CryptoKey;
  readonly trustedUntilMs: number;
}

/** The keys behind a JWKS URL, kept in memory. */
export interface PublishedKeys {
  /**
   * `undefined`: the set has no key, or more than one, for this header.
   * @throws TokenKeysUnavailableError when the set is needed and cannot be fetched.
   */
  find(header: { alg: string; kid: string | undefined }): Promise<PublishedKey | undefined>;
  /** Aborts a fetch under way. */
  close(): void;
}

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** Longest rate at which a failing URL is asked again. */
const retryMs = 1_000;

/**
 * Fetches when there is no set, when it has reached its age, and, no more often than the cooldown allows, for a name it
 * does not hold: forged names do not turn into requests. When a fetch fails, the old set serves on for `staleSeconds`.
 */
export function createPublishedKeys(settings: JwksSettings, clock: Clock): PublishedKeys {
  const { url, timeoutMs, maxAgeMs, cooldownMs, staleMs } = settings;
  let set: KeySet | undefined;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let attemptedAtMs = Number.NEGATIVE_INFINITY;
  let failure: TokenKeysUnavailableError | undefined;
  let pending: Promise<KeySet> | undefined;
  const closing = new AbortController();

  function refresh(): Promise<KeySet> {
    if (pending !== undefined) return pending;
    if (failure !== undefined && clock.now() - attemptedAtMs < retryMs) return Promise.reject(failure);
    pending = load().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  async function load(): Promise<KeySet> {
    try {
      const loaded = createLocalJWKSet((await fetchKeySet(url, timeoutMs, closing.signal)) as JSONWebKeySet);
      set = loaded;
      fetchedAtMs = clock.now();
      failure = undefined;
      return loaded;
    } catch (error) {
      failure =
        error instanceof TokenKeysUnavailableError
          ? error
          : new TokenKeysUnavailableError('the answer is not a JWK Set', { cause: error });
      throw failure;
    } finally {
      attemptedAtMs = clock.now();
    }
  }

  async function current(): Promise<KeySet> {
    const ageMs = clock.now() - fetchedAtMs;
    if (set === undefined) return refresh();
    if (ageMs < maxAgeMs) return set;
    const stale = ageMs < maxAgeMs + staleMs ? set : undefined;
    const refreshed = refresh();
    if (stale === undefined) return refreshed;
    // A publisher known to be in trouble is asked behind the back of the request, which need not wait for it.
    if (failure !== undefined) {
      refreshed.catch(() => {});
      return stale;
    }
    return refreshed.catch(() => stale);
  }

  return {
    find: async ({ alg, kid }) => {
      const header: JWSHeaderParameters = kid === undefined ? { alg } : { alg, kid };
      let key = await select(await current(), header);
      if (key === undefined && (failure !== undefined || clock.now() - attemptedAtMs >= cooldownMs)) {
        key = await select(await refresh(), header);
      }
      const trustedUntilMs = Math.max(fetchedAtMs + maxAgeMs, attemptedAtMs + retryMs);
      return key === undefined ? undefined : { key, trustedUntilMs };
    },
    close: () => closing.abort(),
  };
}

async function select(set: KeySet, header: JWSHeaderParameters): Promise<CryptoKey | undefined> {
  try {
    return await set(header);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return undefined;
    throw new TokenKeysUnavailableError('the published key cannot be used', { cause: error });
  }
}
