import { type Clock, systemClock } from '../clock.ts';
import { InvalidOptionError } from '../errors.ts';
import { shortText, wholeNumber } from '../option-checks.ts';
import { type AbuseSettings, checkAbuseOptions, type TokenAbuseOptions } from './abuse/options.ts';
import { checkJwksOptions, type JwksOptions, type JwksSettings } from './jwks-options.ts';
import type { TokenKey } from './key-material.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { checkPairsOptions, type PairSettings, type TokenPairsOptions } from './pairs/options.ts';
import { checkRevocation, type RevocationOptions, type RevocationSettings } from './revocation-options.ts';

export interface TokensOptions {
  /**
   * The first key that can sign signs; the others only verify. May be left out when `jwks` is given.
   * @default []
   */
  readonly keys?: readonly TokenKey[];
  /** Also accept tokens signed with keys that another issuer publishes. */
  readonly jwks?: JwksOptions;
  /** `iss` of what is issued; any other `iss` is refused. */
  readonly issuer: string;
  /** `aud` of what is issued; a token must name at least one of them. */
  readonly audience: string | readonly string[];
  /**
   * Life of a token, unless `issue` is told otherwise.
   * @default 900
   */
  readonly ttlSeconds?: number;
  /**
   * The longest life `issue` may give. With revocation, a token that lives longer is refused: a cut-off is kept for
   * this long and would forget it.
   * @default the greater of `ttlSeconds` and 7200
   */
  readonly maxTtlSeconds?: number;
  /**
   * By how much `exp` and `nbf` are stretched, for servers whose clocks differ; 0 to 300.
   * @default 0
   */
  readonly clockToleranceSeconds?: number;
  /** @default { mode: 'none' } */
  readonly revocation?: RevocationOptions;
  /** What `tokens.pairs` needs: at least a store. @default no pairs */
  readonly pairs?: TokenPairsOptions;
  /** Finds tokens that are used too often, on one server or on all of them together. @default off */
  readonly abuse?: TokenAbuseOptions;
  /** `maxTokens`: how many verified tokens are remembered; 0 turns it off. @default { maxTokens: 10000 } */
  readonly cache?: { readonly maxTokens?: number };
  /** @default the system's clock */
  readonly clock?: Clock;
}

export interface TokenSettings {
  readonly keyRing: KeyRing;
  readonly jwks: JwksSettings | undefined;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly ttlSeconds: number;
  readonly maxTtlSeconds: number;
  readonly clockToleranceMs: number;
  readonly revocation: RevocationSettings;
  readonly pairs: PairSettings | undefined;
  readonly abuse: AbuseSettings | undefined;
  readonly maxCachedTokens: number;
  readonly clock: Clock;
}

const yearSeconds = 31_536_000;

/** @throws InvalidOptionError */
export function checkTokensOptions(options: TokensOptions): TokenSettings {
  if (typeof options !== 'object' || options === null) throw new InvalidOptionError('tokens', 'an object with keys');
  const { keys = [], jwks, clock = systemClock } = options;
  if (!Array.isArray(keys) || (keys.length === 0 && jwks === undefined)) {
    throw new InvalidOptionError('tokens.keys', 'a list of at least one key (or `jwks` must be given)');
  }
  const issuer = shortText('tokens.issuer', options.issuer);
  const audience = typeof options.audience === 'string' ? [options.audience] : options.audience;
  if (!Array.isArray(audience) || audience.length === 0) {
    throw new InvalidOptionError('tokens.audience', 'text or a list of at least one text');
  }
  const ttlSeconds = wholeNumber('tokens.ttlSeconds', options.ttlSeconds ?? 900, 1, yearSeconds);
  const longest = options.maxTtlSeconds ?? Math.max(ttlSeconds, 7_200);
  const maxTtlSeconds = wholeNumber('tokens.maxTtlSeconds', longest, ttlSeconds, yearSeconds);
  const clockToleranceMs =
    wholeNumber('tokens.clockToleranceSeconds', options.clockToleranceSeconds ?? 0, 0, 300) * 1_000;
  return {
    keyRing: createKeyRing(keys),
    jwks: jwks === undefined ? undefined : checkJwksOptions(jwks, issuer),
    issuer,
    audience: audience.map((member) => shortText('tokens.audience', member)),
    ttlSeconds,
    maxTtlSeconds,
    clockToleranceMs,
    revocation: checkRevocation(options.revocation ?? { mode: 'none' }, maxTtlSeconds * 1_000 + clockToleranceMs),
    pairs: options.pairs === undefined ? undefined : checkPairsOptions(options.pairs, ttlSeconds),
    abuse:
      options.abuse === undefined
        ? undefined
        : checkAbuseOptions(options.abuse, (options.revocation?.mode ?? 'none') !== 'none'),
    maxCachedTokens: wholeNumber('tokens.cache.maxTokens', options.cache?.maxTokens ?? 10_000, 0, 1_000_000),
    clock,
  };
}
