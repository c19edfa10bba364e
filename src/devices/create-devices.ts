/** Where a user is signed in, and signing out from elsewhere. */
import { InvalidOptionError } from '../errors.ts';
import { shortText } from '../option-checks.ts';
import { userTag } from '../redis/keys.ts';
import { typeOf } from '../sessions/device-limits.ts';
import { SessionNotFoundError } from '../sessions/errors.ts';
import { announce, type ForcedLogoutListener } from '../sessions/forced-logout.ts';
import type {
  ListedSession,
  SessionDevice,
  SessionEndReason,
  SessionSelection,
  SessionStore,
} from '../sessions/index.ts';
import { parseSessionHandle, sessionHandle } from '../sessions/session-handle.ts';
import { tombstoneMs } from '../sessions/tombstone.ts';

export interface DevicesOptions {
  /** A store that lists users' sessions: of Redis made with `userIndex: true`. */
  readonly store: SessionStore;
  /** Told of the sessions that were revoked. */
  readonly onForcedLogout?: ForcedLogoutListener | undefined;
}

/** One session of a user, as the user may see it. */
export interface SignedInDevice extends SessionDevice {
  /** Names the session: what `revoke` takes. No secret, and no way to the session id. */
  readonly handle: string;
  readonly type: string;
  readonly ipAddress?: string;
  readonly userAgent?: string;
  /** When it signed in. */
  readonly since: Date;
  readonly lastSeen: Date;
  /** When the session ends if nobody uses it any more. */
  readonly expiresAt: Date;
  /** Whether it is the session that was given as one's own. */
  readonly isCurrent: boolean;
}

/** A session as its own user has it: `request.session` or a `Session`. */
export interface OwnSession {
  readonly userId: string | undefined;
  readonly handle: string | undefined;
}

export interface Devices {
  /**
   * The live sessions of a user, the newest first, 1,000 at most. One round trip; a second one when there are user agents that
   * this server has not seen.
   * @param options.current marks this one with `isCurrent`
   * @throws RedisUnavailableError
   */
  list(userId: string, options?: { readonly current?: OwnSession }): Promise<SignedInDevice[]>;
  /**
   * Ends one session by its handle, or those of a device by the id that `login` was given. Its next request is told
   * `ERR_SESSION_EVICTED`, and its user is told at once: `force_logout`.
   * @returns how many were ended; 0 when there was none any more
   * @throws RedisUnavailableError
   */
  revoke(userId: string, which: string | { readonly deviceId: string }): Promise<number>;
  /**
   * Ends all sessions of a user but this one. Of two that do so to each other at once, one stays.
   * @returns how many were ended
   * @throws SessionNotFoundError when this session is over itself, or was begun before sessions were listed; then none is ended
   * @throws RedisUnavailableError
   */
  revokeOthers(own: OwnSession): Promise<number>;
  /**
   * Ends all sessions of a user, in one step: each login was stored before it, and is ended, or comes after it as a new
   * one.
   * @returns how many were ended
   * @throws RedisUnavailableError
   */
  revokeAll(userId: string): Promise<number>;
}

const reason: SessionEndReason = 'revoked';

/** @throws InvalidOptionError */
export function createDevices({ store, onForcedLogout }: DevicesOptions): Devices {
  const { users } = store;
  if (users === undefined) throw new InvalidOptionError('store', 'made with userIndex: true');

  async function end(userId: string, selection: SessionSelection): Promise<number> {
    const ended = await users?.end(userTag(userId), selection, { reason, tombstoneMs });
    if (ended === undefined) throw new SessionNotFoundError();
    announce(ended, { userId, reason }, onForcedLogout);
    return ended.length;
  }

  return {
    list: async (userId, { current } = {}) => {
      const sessions = await users.list(userTag(checkUser(userId)));
      return sessions.map((session) => asSeen(session, current?.userId === userId ? current.handle : undefined));
    },
    revoke: async (userId, which) => {
      checkUser(userId);
      if (typeof which !== 'string' && typeof which?.deviceId !== 'string') {
        throw new InvalidOptionError('which', 'a handle, or { deviceId }');
      }
      if (typeof which === 'string') {
        const createdAt = parseSessionHandle(which);
        return createdAt === undefined ? 0 : end(userId, { only: [createdAt] });
      }
      const deviceId = shortText('deviceId', which.deviceId);
      const sessions = await users.list(userTag(userId));
      const only = sessions.flatMap(({ record }) => (record.device?.id === deviceId ? [record.createdAt] : []));
      return only.length === 0 ? 0 : end(userId, { only });
    },
    revokeOthers: async (own) => {
      // The type says that it is there; `request.session` of another library may not be.
      const { userId, handle } = own ?? {};
      const createdAt = handle === undefined ? undefined : parseSessionHandle(handle);
      if (userId === undefined || createdAt === undefined) throw new SessionNotFoundError();
      return end(userId, { except: createdAt });
    },
    revokeAll: async (userId) => end(checkUser(userId), 'all'),
  };
}

function asSeen({ record }: ListedSession, current: string | undefined): SignedInDevice {
  const { createdAt, lastAccess, expiresAt, device, ipAddress, userAgent } = record;
  const handle = sessionHandle(createdAt);
  return {
    ...device,
    type: typeOf(device),
    handle,
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(userAgent === undefined ? {} : { userAgent }),
    since: new Date(createdAt),
    lastSeen: new Date(lastAccess),
    expiresAt: new Date(expiresAt),
    isCurrent: handle === current,
  };
}

function checkUser(userId: string): string {
  return shortText('userId', userId);
}
