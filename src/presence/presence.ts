/** Who is online, as an application asks for it. */
import { InvalidOptionError } from '../errors.ts';
import { wholeNumber } from '../option-checks.ts';
import { emit } from '../telemetry/events.ts';
import { Heartbeats } from './heartbeats.ts';
import { memoryPresenceStore } from './memory.ts';
import { type PresenceOptions, presenceSettings, statusOf, userIdOf } from './options.ts';
import type { PresenceRecord, PresenceStore } from './store.ts';
import { Sweeper } from './sweeper.ts';

export interface OnlineUser {
  readonly userId: string;
  /** What was told last since the user came online. */
  readonly status?: string;
  /** Since when without a pause. */
  readonly since: Date;
  /** Up to `heartbeatSeconds` behind for one who is active now. */
  readonly lastActive: Date;
}

export interface ListOnlineOptions {
  /** The `cursor` of the page before. @default the first page */
  readonly cursor?: string | undefined;
  /** 1 to 1000. @default 100 */
  readonly limit?: number;
  /** Only those who told this status. */
  readonly status?: string;
}

export interface OnlinePage {
  readonly users: readonly OnlineUser[];
  /** For the next page; absent at the end. A page with a cursor may be shorter than the limit. */
  readonly cursor?: string;
}

/**
 * A user is online from the first heartbeat until `offline`, or until there was none for `offlineAfterSeconds`. What is asked
 * goes to the store and rejects with `RedisUnavailableError` (503) while that is away.
 */
export interface Presence {
  /**
   * Tells that a user is active now, and optionally a status, which stays until another is told or the user goes offline.
   * Made to be called at every request: it returns at once, costs no command most of the time, and an outage does not show.
   * What is asked later than some milliseconds afterwards knows of it.
   * @throws InvalidOptionError for an id that is not 1 to 256 characters, or a status that is not 1 to 32 of A-Z a-z 0-9 . _ -
   */
  heartbeat(userId: string, options?: { readonly status?: string }): void;
  /** @throws InvalidOptionError, RedisUnavailableError */
  isOnline(userId: string): Promise<boolean>;
  /** @returns `undefined` for one who is offline. @throws InvalidOptionError, RedisUnavailableError */
  get(userId: string): Promise<OnlineUser | undefined>;
  /** Those of up to 1000 users who are online, e.g. a user's friends. @throws InvalidOptionError, RedisUnavailableError */
  getMany(userIds: readonly string[]): Promise<OnlineUser[]>;
  /** How many are online (ZCOUNT, O(log n)). @throws RedisUnavailableError */
  count(): Promise<number>;
  /**
   * Those online by pages, in the order in which they came. Who is online all the while is on exactly one page, whoever comes
   * and goes; with `status`, whoever keeps it.
   * @throws InvalidOptionError, RedisUnavailableError
   */
  list(options?: ListOnlineOptions): Promise<OnlinePage>;
  /**
   * Takes a user off at once, e.g. at the last logout. Requests that are under way elsewhere, or come within a second, do not
   * bring the user back; later ones do.
   * @returns false for one who was not online
   * @throws InvalidOptionError, RedisUnavailableError; then the user goes offline by silence
   */
  offline(userId: string): Promise<boolean>;
  /** Tells the heartbeats that were not told yet, once, and ends. Nobody goes offline by it. */
  close(): Promise<void>;
}

/**
 * Events: `presence.online` and `presence.offline`, each told to one of all servers; one that dies between the change and the
 * telling takes it along.
 * @throws InvalidOptionError
 * @example const presence = createPresence(redisPresenceStore(redis));
 */
export function createPresence(store: PresenceStore = memoryPresenceStore(), options: PresenceOptions = {}): Presence {
  const settings = presenceSettings(options);
  const { offlineAfterMs } = settings;
  const silent = (userIds: readonly string[]) => {
    for (const userId of userIds) emit('presence.offline', { userId, reason: 'silent' });
  };
  const sweeper = new Sweeper(store, offlineAfterMs, silent);
  const heartbeats = new Heartbeats(store, settings, ({ online, returned }) => {
    silent(returned);
    for (const userId of online) emit('presence.online', { userId });
  });

  async function getMany(userIds: readonly string[]): Promise<OnlineUser[]> {
    if (!Array.isArray(userIds) || userIds.length > 1_000) {
      throw new InvalidOptionError('userIds', 'an array of up to 1000 ids');
    }
    if (userIds.length === 0) return [];
    const found = await store.find(userIds.map(userIdOf), offlineAfterMs);
    return found.filter((record) => record !== undefined).map(userOf);
  }

  async function get(userId: string): Promise<OnlineUser | undefined> {
    return (await getMany([userId]))[0];
  }

  return {
    heartbeat: (userId, { status } = {}) => heartbeats.add(userIdOf(userId), statusOf(status)),
    isOnline: async (userId) => (await get(userId)) !== undefined,
    get,
    getMany,
    count: () => store.count(offlineAfterMs),
    list: async ({ cursor, limit = 100, status } = {}) => {
      if (cursor !== undefined && !(typeof cursor === 'string' && /^\d{16}$/.test(cursor))) {
        throw new InvalidOptionError('cursor', 'one that list gave');
      }
      const request = { after: cursor, limit: wholeNumber('limit', limit, 1, 1_000), status: statusOf(status) };
      const { users, next } = await store.page(request, offlineAfterMs);
      return { users: users.map(userOf), ...(next === undefined ? {} : { cursor: next }) };
    },
    offline: async (userId) => {
      heartbeats.forget(userIdOf(userId));
      const wasOnline = await store.leave(userId, offlineAfterMs);
      if (wasOnline) emit('presence.offline', { userId, reason: 'left' });
      return wasOnline;
    },
    close: async () => {
      await sweeper.close();
      await heartbeats.close();
      await store.close();
    },
  };
}

function userOf({ userId, status, since, lastActive }: PresenceRecord): OnlineUser {
  return {
    userId,
    ...(status === undefined ? {} : { status }),
    since: new Date(since),
    lastActive: new Date(lastActive),
  };
}
