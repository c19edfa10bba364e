export { type MemoryUseCountStoreOptions, memoryUseCountStore } from './abuse/memory.ts';
export type { TokenAbuseOptions } from './abuse/options.ts';
export { type RedisUseCountStoreOptions, redisUseCountStore } from './abuse/redis.ts';
export type { UseAnswer, UseCountStore, UseReport, UsesOfToken } from './abuse/store.ts';
export { auditTokens } from './audit/audit-tokens.ts';
export type { ExpiringToken, TokenAudit, TokenFinding, TokenProblem } from './audit/findings.ts';
export type { TokenKeyKind } from './audit/key-kind.ts';
export type { AuditProgress, AuditTokensOptions, TokenRepairOptions } from './audit/options.ts';
export type { TokenClaims } from './claims.ts';
export { createTokens, type RevokeKeyOptions, type RevokeOptions, type Tokens } from './create-tokens.ts';
export {
  type RefusedClaim,
  TokenClaimError,
  TokenError,
  TokenExpiredError,
  TokenInvalidSignatureError,
  TokenKeysUnavailableError,
  TokenMalformedError,
  TokenRevocationDisabledError,
  TokenRevocationsBehindError,
  TokenRevokedError,
  TokenSigningKeyMissingError,
} from './errors.ts';
export type { IssuedToken, IssueOptions, TokenContents } from './issue.ts';
export type { JwksOptions } from './jwks-options.ts';
export type {
  AsymmetricAlgorithm,
  AsymmetricTokenKey,
  KeyCallback,
  KeyMaterial,
  RetiredTokenKey,
  SecretMaterial,
  SecretTokenKey,
  TokenAlgorithm,
  TokenKey,
  TokenKeyState,
} from './key-material.ts';
export { type MemoryRevocationStoreOptions, memoryRevocationStore } from './memory.ts';
export type { TokensOptions } from './options.ts';
export {
  RefreshDeviceError,
  RefreshEndedError,
  RefreshExpiredError,
  type RefreshReuse,
  RefreshReusedError,
  RefreshUnknownError,
} from './pairs/errors.ts';
export { type MemoryPairStoreOptions, memoryPairStore } from './pairs/memory.ts';
export type { TokenPairsOptions } from './pairs/options.ts';
export { type RedisPairStoreOptions, redisPairStore } from './pairs/redis.ts';
export type {
  FamilyEndReason,
  FamilyKey,
  FamilyOwner,
  FamilyRecord,
  FamilySelection,
  NewFamily,
  PairStore,
  Rotation,
  RotationAttempt,
} from './pairs/store.ts';
export type { NewPair, RefreshOptions, TokenFamily, TokenPair, TokenPairs } from './pairs/token-pairs.ts';
export {
  beginPair,
  bodyPairTransport,
  cookiePairTransport,
  endPair,
  type PairAnswer,
  type PairCookie,
  type PairExchange,
  type PairRequest,
  type PairTransport,
  refreshPair,
} from './pairs/transport.ts';
export type { Announcement, AnnouncingRevocationStore, ProofTime, RevocationListener } from './pushed/feed.ts';
export type { RevocationHealth } from './pushed/pushed-revocations.ts';
export { type RedisRevocationStoreOptions, redisRevocationStore } from './redis.ts';
export type { RevocationOptions, WhenBehind } from './revocation-options.ts';
export type { RevocableToken, RevocationRecord, RevocationScope, RevocationStore } from './store.ts';
