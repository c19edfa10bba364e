export type { RawValue, SessionCodec } from './codec.ts';
export { type CoherentSessionStoreOptions, coherentSessionStore } from './coherent.ts';
export type { CoherentOptions } from './coherent-options.ts';
export {
  createSessions,
  type NewSession,
  type OpenedSession,
  type SessionOptions,
  type Sessions,
} from './create-sessions.ts';
export type { SessionDevice } from './device.ts';
export type { DeviceOptions } from './device-limits.ts';
export {
  SessionConflictError,
  SessionDataTooLargeError,
  SessionEndedError,
  type SessionEndReason,
  SessionEvictedError,
  SessionIdentityError,
  SessionLimitError,
  SessionNotFoundError,
  SessionNotSerialisableError,
  SessionUndecodableError,
} from './errors.ts';
export { type Activity, byActivity, type ExpiryOptions, type IdleTimeout, type TimedSession } from './expiry.ts';
export type { ForcedLogout, ForcedLogoutListener } from './forced-logout.ts';
export { jsonCodec } from './json-codec.ts';
export { type MemorySessionStore, type MemorySessionStoreOptions, memorySessionStore } from './memory.ts';
export { type RedisSessionStoreOptions, redisSessionStore } from './redis-store.ts';
export { Session } from './session.ts';
export type { SessionData } from './session-data.ts';
export type { SessionKey } from './session-id.ts';
export type {
  NewSessionRecord,
  SessionAftermath,
  SessionChange,
  SessionChangeResult,
  SessionClient,
  SessionIdentity,
  SessionLookup,
  SessionReadOptions,
  SessionRecord,
  SessionRemains,
  SessionRetiming,
  SessionRotation,
  SessionStore,
} from './store.ts';
export type {
  EndedSession,
  ExpiredSession,
  ListedSession,
  SessionAdmission,
  SessionAdmitted,
  SessionLimitScope,
  SessionSelection,
  UserSessions,
  WhenFull,
} from './user-sessions.ts';
