import { InvalidOptionError } from '../../errors.ts';
import { checkNamespace, defaultNamespace } from '../../redis/keys.ts';
import { type RedisSource, toRedisPort } from '../../redis/to-port.ts';
import { DropInSessions } from './drop-in-sessions.ts';
import { memoryRecords } from './memory-records.ts';
import type { RecordStore } from './record-store.ts';
import { redisRecords } from './redis-records.ts';

export interface SallyportStoreOptions<Data extends object> {
  /**
   * Where sessions lie, for all servers: a URL, a client of ioredis, iovalkey or node-redis that you made, or the
   * `redis` of `createSallyport`.
   * @default the memory of this process
   */
  readonly redis?: RedisSource | undefined;
  /** Longest wait for Redis, in milliseconds; then callbacks get an error. @default 500 */
  readonly deadlineMs?: number;
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
  /** Life of sessions whose cookie has neither `expires` nor `maxAge`, in seconds. @default 86400 (a day) */
  readonly defaultTtlSeconds?: number;
  /**
   * Whose session it is, for `sessionsOfUser` and `destroyUser`. One round trip more for each write of a user's session.
   * @default sessions are not listed by user
   * @example userId: (session) => session.userId
   */
  readonly userId?: (session: Data) => string | undefined;
}

/** @throws InvalidOptionError */
export function openDropInSessions<Data extends object>(options: SallyportStoreOptions<Data>): DropInSessions<Data> {
  const { namespace = defaultNamespace, defaultTtlSeconds = 86_400, userId } = options;
  checkNamespace(namespace);
  if (!Number.isFinite(defaultTtlSeconds) || defaultTtlSeconds < 1 || defaultTtlSeconds > 31_536_000) {
    throw new InvalidOptionError('defaultTtlSeconds', 'a number of seconds from 1 to 31536000 (one year)');
  }
  if (userId !== undefined && typeof userId !== 'function') {
    throw new InvalidOptionError('userId', 'a function that tells the user id of a session');
  }
  const records = openRecords(options, namespace);
  return new DropInSessions({ records, defaultTtlMs: Math.round(defaultTtlSeconds * 1_000), userId });
}

function openRecords(
  { redis: source, deadlineMs }: Pick<SallyportStoreOptions<object>, 'redis' | 'deadlineMs'>,
  namespace: string,
): RecordStore {
  if (source === undefined) {
    if (process.env.NODE_ENV === 'production') {
      process.emitWarning(
        'SallyportStore keeps sessions in this process only: other servers do not see them and a restart forgets ' +
          'them. Give it `redis`.',
        { type: 'SallyportWarning', code: 'SALLYPORT_MEMORY_IN_PRODUCTION' },
      );
    }
    return memoryRecords();
  }
  const redis = toRedisPort(source, deadlineMs === undefined ? {} : { deadlineMs });
  const records = redisRecords(redis, { namespace });
  // A client or a port that the application made stays open.
  return { ...records, close: async () => void (redis !== source && (await redis.close())) };
}
