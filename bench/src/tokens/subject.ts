/** What a library of tokens must do to be measured. */
import type { TokenAlgorithm } from 'sallyport/tokens';
import type { BenchKeys } from './keys.ts';

/** Who logged in; `iss`, `aud`, `iat`, `exp` and a new UUID as `jti` are in every token as well. */
export interface TokenUser {
  readonly sub: string;
  readonly username: string;
  readonly role: string;
}

/** One library with one key, set to accept one algorithm, one issuer and one audience. */
export interface TokenSubject {
  issue(user: TokenUser): string | Promise<string>;
  /** The claims. @throws whatever the library does for a token that is forged, expired, or meant for others */
  verify(token: string): { sub?: unknown } | Promise<{ sub?: unknown }>;
}

export type OpenTokens = (keys: BenchKeys) => TokenSubject | Promise<TokenSubject>;

export type MeasuredAlgorithm = Exclude<TokenAlgorithm, 'RS256'>;

export const issuer = 'https://shop.example';
export const audience = 'shop';
export const kid = '2026-11';
export const ttlSeconds = 900;
/** For the libraries that have a cache: the same for both. */
export const cachedTokens = 10_000;
