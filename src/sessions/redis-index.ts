/** The list of a user's sessions, as the layouts need it. */
import type { RedisPort } from '../redis/port.ts';
import type { SessionCodec } from './codec.ts';
import { sessionKey, userSessionsKey } from './keys.ts';
import type { CallScript } from './redis-call.ts';
import { type RedisExpiry, redisExpiry } from './redis-expiry.ts';
import type { LayoutScripts, RedisLayout } from './redis-layout.ts';
import { redisUserSessions } from './redis-user-sessions.ts';
import type { SessionKey } from './session-id.ts';
import type { UserSessions } from './user-sessions.ts';

/** Options of a store that were checked. */
export interface RedisStoreSettings {
  readonly namespace: string;
  readonly codec: SessionCodec;
  readonly userIndex: boolean;
  readonly expiryEvents: boolean;
}

export interface RedisIndex {
  readonly users: UserSessions | undefined;
  readonly expiry: RedisExpiry | undefined;
  /** How much longer a list lives than its sessions, in ms. */
  readonly slackMs: string;
  /** The keys of a script that works on these sessions of one user: theirs and, if there are lists, that of the list. */
  keys(...sessions: readonly [SessionKey, ...SessionKey[]]): string[];
  close(): Promise<void>;
}

export function openIndex(
  redis: RedisPort,
  run: CallScript,
  { namespace, userIndex, expiryEvents }: RedisStoreSettings,
  layout: RedisLayout,
  scripts: LayoutScripts,
): RedisIndex {
  const expiry = expiryEvents ? redisExpiry(redis, namespace, scripts.takeExpired) : undefined;
  const isListed = userIndex || expiryEvents;
  return {
    users: isListed ? redisUserSessions(run, { namespace, layout, scripts, expiry }) : undefined,
    expiry,
    slackMs: String(expiry?.slackMs ?? 0),
    keys: (...sessions) => {
      const keys = sessions.map((session) => sessionKey(namespace, session));
      if (isListed) keys.push(userSessionsKey(namespace, sessions[0].tag));
      return keys;
    },
    close: async () => expiry?.close(),
  };
}
