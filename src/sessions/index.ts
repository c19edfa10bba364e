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
export {
  SessionConflictError,
  SessionDataTooLargeError,
  SessionEndedError,
  type SessionEndReason,
  SessionIdentityError,
  SessionNotFoundError,
  SessionNotSerialisableError,
  SessionUndecodableError,
} from './errors.ts';
export type { ExpiryOptions } from './expiry.ts';
export { jsonCodec } from './json-codec.ts';
export { type MemorySessionStore, type MemorySessionStoreOptions, memorySessionStore } from './memory.ts';
export { type RedisSessionStoreOptions, redisSessionStore } from './redis-store.ts';
export { Session } from './session.ts';
export type { SessionData } from './session-data.ts';
export type { SessionKey } from './session-id.ts';
export type {
  NewSessionRecord,
  SessionChange,
  SessionChangeResult,
  SessionClient,
  SessionIdentity,
  SessionLookup,
  SessionReadOptions,
  SessionRecord,
  SessionRotation,
  SessionStore,
} from './store.ts';
