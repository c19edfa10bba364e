export { memoryPresenceStore } from './memory.ts';
export type { PresenceOptions } from './options.ts';
export {
  createPresence,
  type ListOnlineOptions,
  type OnlinePage,
  type OnlineUser,
  type Presence,
} from './presence.ts';
export { type RedisPresenceStoreOptions, redisPresenceStore } from './redis.ts';
export type { Beat, BeatOutcome, PageRequest, PresencePage, PresenceRecord, PresenceStore } from './store.ts';
