/** Sessions as `createSallyport` makes them: over Redis or in memory, with devices and the channel that tells of them. */
import type { Channels } from './channels/index.ts';
import { createDevices, type Devices } from './devices/index.ts';
import type { EnvironmentSettings } from './environment.ts';
import { InvalidOptionError } from './errors.ts';
import type { SessionCookieOptions } from './http/session-cookie.ts';
import type { RedisPort } from './redis/port.ts';
import { copyLimits } from './sessions/coherent-options.ts';
import {
  type CoherentOptions,
  coherentSessionStore,
  createSessions,
  type DeviceOptions,
  type ExpiryOptions,
  type ForcedLogout,
  type ForcedLogoutListener,
  memorySessionStore,
  type RedisSessionStoreOptions,
  redisSessionStore,
  type SessionStore,
  type Sessions,
} from './sessions/index.ts';

/** What is published on the channel `user_events:<userId>` when sessions were ended from elsewhere. */
export interface ForceLogoutMessage extends Omit<ForcedLogout, 'userId'> {
  readonly type: 'force_logout';
}

export interface SallyportSessionOptions
  extends ExpiryOptions,
    Pick<RedisSessionStoreOptions, 'layout' | 'codec' | 'expiryEvents'> {
  /** @default 4096 */
  readonly maxDataBytes?: number;
  /**
   * Lists each user's sessions, which `sallyport.devices` shows and ends, and limits how many there may be:
   * docs/devices.md. Costs memory for each session.
   * @default no lists, no limits
   */
  readonly devices?: true | DeviceOptions;
  readonly cookie?: SessionCookieOptions;
  /**
   * Serves sessions from this server's memory, kept exact by Redis: docs/sessions.md. Nothing changes without Redis.
   * @default false
   */
  readonly coherent?: boolean | CoherentOptions;
  /**
   * How old a session may be that is shown while Redis is away, in seconds, 0 to 3600. 0: requests that need it get 503.
   * @default 0
   */
  readonly staleSeconds?: number;
  /** A store of your own, instead of Redis or memory. */
  readonly store?: SessionStore;
}

/** What sessions are made with besides their own options. */
export interface SessionSurroundings {
  readonly environment: EnvironmentSettings;
  readonly redis: RedisPort | undefined;
  readonly namespace: string;
  readonly channels: Channels;
}

/** @throws InvalidOptionError */
export function openSessions(
  options: SallyportSessionOptions,
  { environment, redis, namespace, channels }: SessionSurroundings,
): { readonly sessions: Sessions; readonly devices: Devices | undefined } {
  const { cookie: _, store: chosen, layout, codec, coherent = false, staleSeconds = 0, ...others } = options;
  const { expiryEvents = false, ...rest } = others;
  const { leaseMs, staleMs } = copyLimits(coherent, staleSeconds);
  const keepsCopies = leaseMs !== undefined || staleMs > 0;
  if (chosen !== undefined && keepsCopies) {
    throw new InvalidOptionError('session.coherent', 'left out with a store of your own, and session.staleSeconds too');
  }
  if (chosen !== undefined && expiryEvents) {
    throw new InvalidOptionError(
      'session.expiryEvents',
      'left out with a store of your own, which tells of expired sessions if it has users.takeExpired',
    );
  }
  const redisOptions = {
    namespace,
    ...(layout === undefined ? {} : { layout }),
    ...(codec === undefined ? {} : { codec }),
    userIndex: rest.devices !== undefined,
    expiryEvents,
  };
  function storeOf(): SessionStore {
    if (redis === undefined) return memorySessionStore({ expiryEvents, ...(codec === undefined ? {} : { codec }) });
    if (!keepsCopies) return redisSessionStore(redis, redisOptions);
    return coherentSessionStore(redis, { ...redisOptions, coherent, staleSeconds });
  }
  const onForcedLogout: ForcedLogoutListener = ({ userId, ...logout }) => {
    const message: ForceLogoutMessage = { type: 'force_logout', ...logout };
    return channels.channel(`user_events:${userId}`).publish(message);
  };
  const store = chosen ?? storeOf();
  const { idleTimeoutSeconds, absoluteTimeoutSeconds } = environment;
  let sessions: Sessions;
  try {
    sessions = createSessions({
      ...(idleTimeoutSeconds === undefined ? {} : { idleTimeoutSeconds }),
      ...(absoluteTimeoutSeconds === undefined ? {} : { absoluteTimeoutSeconds }),
      ...rest,
      store,
      onForcedLogout,
    });
  } catch (error) {
    // One of coherent sessions has a connection and a timer.
    if (chosen === undefined) void store.close().catch(() => {});
    throw error;
  }
  return { sessions, devices: rest.devices === undefined ? undefined : createDevices({ store, onForcedLogout }) };
}
