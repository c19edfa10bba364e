export type { TokenClaims } from './claims.ts';
export { createTokens, type RevokeOptions, type Tokens } from './create-tokens.ts';
export {
  type RefusedClaim,
  TokenClaimError,
  TokenError,
  TokenExpiredError,
  TokenInvalidSignatureError,
  TokenKeysUnavailableError,
  TokenMalformedError,
  TokenRevocationDisabledError,
  TokenRevokedError,
  TokenSigningKeyMissingError,
} from './errors.ts';
export type { IssuedToken, IssueOptions, TokenContents } from './issue.ts';
export type { JwksOptions } from './jwks-options.ts';
export type {
  AsymmetricAlgorithm,
  AsymmetricTokenKey,
  KeyMaterial,
  SecretTokenKey,
  TokenAlgorithm,
  TokenKey,
} from './key-material.ts';
export { type MemoryRevocationStoreOptions, memoryRevocationStore } from './memory.ts';
export type { RevocationOptions, TokensOptions } from './options.ts';
export { type RedisRevocationStoreOptions, redisRevocationStore } from './redis.ts';
export type { RevocableToken, RevocationRecord, RevocationScope, RevocationStore } from './store.ts';
