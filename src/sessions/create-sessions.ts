import { InvalidOptionError } from '../errors.ts';
import { RedisUnavailableError } from '../redis/errors.ts';
import { emit, isHeard } from '../telemetry/events.ts';
import { admitSession } from './admit-session.ts';
import { carriedData, carryLateWrites, endReplaced, isOwn } from './carry-over.ts';
import { checkDevice, type SessionDevice } from './device.ts';
import { type DeviceOptions, devicePolicy } from './device-limits.ts';
import {
  SessionDataTooLargeError,
  type SessionEndReason,
  SessionIdentityError,
  SessionUndecodableError,
} from './errors.ts';
import {
  beforeStoring,
  type ExpiryOptions,
  expiryPolicy,
  idleMsOf,
  type TimedSession,
  type UnstoredSession,
} from './expiry.ts';
import { watchExpiry } from './expiry-watch.ts';
import type { ForcedLogoutListener } from './forced-logout.ts';
import { memorySessionStore } from './memory.ts';
import { dataSizeBytes } from './raw-value.ts';
import { encodeFields, Session } from './session.ts';
import { newSessionId, parseSessionId } from './session-id.ts';
import { checkIdentity, clientOf } from './session-identity.ts';
import type { SessionAftermath, SessionClient, SessionIdentity, SessionStore } from './store.ts';

export interface SessionOptions extends ExpiryOptions {
  /** Where sessions are kept. @default memorySessionStore() */
  readonly store?: SessionStore;
  /** Most bytes of the application's own data in one session, names included. @default 4096 */
  readonly maxDataBytes?: number;
  /**
   * Lists each user's sessions and limits how many there may be; a store of Redis has to be made with `userIndex: true`.
   * @default no lists, no limits
   */
  readonly devices?: true | DeviceOptions;
  /** Told of sessions that a login has ended to make room. */
  readonly onForcedLogout?: ForcedLogoutListener | undefined;
}

export interface NewSession<Data extends object> extends Partial<SessionIdentity>, SessionClient, SessionAftermath {
  readonly device?: SessionDevice;
  readonly data?: Partial<Data>;
}

/** What `open` found. Only `live` is a session; the others are answers, not errors. */
export type OpenedSession<Data extends object> =
  | { readonly status: 'live'; readonly session: Session<Data> }
  /** Expired, never there, or not even an id. */
  | { readonly status: 'missing' }
  | { readonly status: 'ended'; readonly reason: SessionEndReason };

/** Sessions apart from HTTP: what the adapters, and services without a browser, build on. */
export interface Sessions<Data extends object = Sallyport.SessionData> {
  /**
   * Opens a session under a new id: for an anonymous visitor, or signed in when `userId` is given.
   * @throws SessionNotSerialisableError, SessionDataTooLargeError, SessionIdentityError, SessionLimitError,
   * RedisUnavailableError
   */
  create(session?: NewSession<Data>): Promise<Session<Data>>;
  /**
   * Reads the session of an id and renews it, in one round trip.
   * @throws SessionUndecodableError, RedisUnavailableError
   */
  open(id: string, options?: { readonly renew?: boolean }): Promise<OpenedSession<Data>>;
  /**
   * The same without waiting, where this process may answer from its memory (`coherent: true`). `undefined`: `open` has
   * to ask.
   */
  openCached(id: string): OpenedSession<Data> | undefined;
  /**
   * Signs a user in: always under a new id (session fixation, CWE-384). The data of the visitor's session comes along, with
   * what parallel requests wrote to it until it ended; fields in `details.data` win. One round trip more when they wrote.
   * @throws as `create`
   */
  login(
    visitor: Session<Data> | undefined,
    identity: SessionIdentity,
    details?: SessionClient & { readonly device?: SessionDevice; readonly data?: Partial<Data> },
  ): Promise<Session<Data>>;
  close(): Promise<void>;
}

/** @throws InvalidOptionError for an option out of range. */
export function createSessions<Data extends object = Sallyport.SessionData>(
  options: SessionOptions = {},
): Sessions<Data> {
  const { store = memorySessionStore(), maxDataBytes = 4_096, idleTimeoutSeconds, devices, onForcedLogout } = options;
  const expiry = expiryPolicy(options);
  if (!Number.isInteger(maxDataBytes) || maxDataBytes < 1 || maxDataBytes > 1_048_576) {
    throw new InvalidOptionError('session.maxDataBytes', 'a whole number of bytes from 1 to 1048576');
  }
  const limits = { maxDataBytes };

  const { users } = store;
  if (devices !== undefined && users === undefined) {
    throw new InvalidOptionError('session.store', 'made with userIndex: true when session.devices is set');
  }
  const tellsExpired = users?.takeExpired !== undefined;
  const policy = devices === undefined && !tellsExpired ? undefined : devicePolicy(devices ?? true);
  const stopWatching = tellsExpired ? watchExpiry(users) : undefined;

  /** @param visitor whose session is over with this one */
  async function begin(
    { data: own = {}, device: given = {}, afterEnd, ...known }: NewSession<Data>,
    visitor?: Session<Data>,
  ): Promise<Session<Data>> {
    const identity = checkIdentity(known);
    const { userId } = identity;
    const client = clientOf(known);
    const carried = userId === undefined ? {} : carriedData(visitor, userId);
    const { set } = encodeFields(store, { ...carried, ...own });
    const sizeBytes = dataSizeBytes(set);
    if (sizeBytes > maxDataBytes) throw new SessionDataTooLargeError(sizeBytes, maxDataBytes);
    const id = newSessionId(identity.userId);
    const device = checkDevice({ ...policy?.describe(client), ...given });
    const hasDevice = Object.keys(device).length > 0;
    const session = {
      ...identity,
      ...client,
      ...(hasDevice ? { device } : {}),
      ...(afterEnd === undefined ? {} : { afterEnd }),
      data: set,
    };
    const fresh = { ...session, ...expiry, ...idleTimeOf(session) };
    const isAdmitted = userId !== undefined && policy !== undefined && users !== undefined;
    const { record, replaced } = isAdmitted
      ? await admitSession({ users, policy, id, record: { ...fresh, userId }, visitor, onForcedLogout })
      : { record: await store.create(id, fresh), replaced: undefined };
    emit('session.created', userId === undefined ? {} : { userId });
    if (visitor === undefined || userId === undefined) return new Session<Data>(store, limits, id, record);
    // Where sessions are listed, the user's own session before has ended in the same step. Else it takes two, since the
    // two sessions may lie on two cluster nodes. A crash in between leaves the visitor's session as it was, without a
    // user: whoever planted its id gains nothing, and it expires by itself.
    const remains = isAdmitted && visitor.userId === userId ? replaced : await endReplaced(store, visitor);
    const held = remains?.data;
    if (held === undefined || !isOwn(visitor, userId)) return new Session<Data>(store, limits, id, record);
    const late = { id, record, carried: set, held, given: own };
    return new Session<Data>(store, limits, id, await carryLateWrites(store, late));
  }

  /** Before anything is stored or anybody signed out: a function may give what cannot be a time. */
  function idleTimeOf(session: UnstoredSession): { idleMs?: number } {
    if (typeof idleTimeoutSeconds !== 'function') return {};
    return { idleMs: idleMsOf(idleTimeoutSeconds, beforeStoring(session, store.codec)) };
  }

  /** @returns whether the session is still there */
  async function fitIdleTime(session: Session<Data>): Promise<boolean> {
    if (typeof idleTimeoutSeconds !== 'function') return true;
    const idleMs = idleMsOf(idleTimeoutSeconds, session as unknown as TimedSession);
    if (idleMs === session.idleMs) return true;
    try {
      return await session.retime(idleMs);
    } catch (error) {
      // It was read: who is signed in can go on, and the next access tries again.
      if (error instanceof RedisUnavailableError) return true;
      throw error;
    }
  }

  function renewed(session: Session<Data>): OpenedSession<Data> {
    if (session.idleMs !== undefined && isHeard('session.renewed')) {
      emit('session.renewed', session.userId === undefined ? {} : { userId: session.userId });
    }
    return { status: 'live', session };
  }

  return {
    create: (session = {}) => begin(session),
    openCached: (value) => {
      // An idle time that is a function of the session may have to be stored.
      if (store.peek === undefined || typeof idleTimeoutSeconds === 'function') return undefined;
      const id = parseSessionId(value);
      if (id === undefined) return { status: 'missing' };
      const found = store.peek(id, { renew: true });
      return found?.status === 'live' ? renewed(new Session<Data>(store, limits, id, found.record)) : found;
    },
    open: async (value, { renew = true } = {}) => {
      const id = parseSessionId(value);
      if (id === undefined) return { status: 'missing' };
      try {
        const found = await store.read(id, { renew });
        if (found.status !== 'live') return found;
        const session = new Session<Data>(store, limits, id, found.record);
        if (!renew) return { status: 'live', session };
        const opened = renewed(session);
        if (await fitIdleTime(session)) return opened;
        const over = await store.read(id, { renew: false });
        return over.status === 'live' ? { status: 'missing' } : over;
      } catch (error) {
        if (error instanceof SessionUndecodableError) emit('session.undecodable', { cause: error });
        throw error;
      }
    },
    login: async (visitor, identity, details = {}) => {
      if (identity.userId === undefined) throw new SessionIdentityError('userId', 'given');
      return begin({ ...identity, ...details }, visitor);
    },
    close: async () => {
      const told = stopWatching?.();
      await store.close();
      await told;
    },
  };
}
