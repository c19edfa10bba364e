/** The sessions of each user in Redis: a sorted set beside the sessions, in their slot, changed by the scripts that change them. */
import type { RawValue } from './codec.ts';
import { typeOf } from './device-limits.ts';
import { deviceMark } from './device-mark.ts';
import { endedSessions } from './ended-sessions.ts';
import { SessionUndecodableError } from './errors.ts';
import { sessionKey, sessionKeysOf, userSessionsKey } from './keys.ts';
import { type CallScript, createdRecord } from './redis-call.ts';
import { type RedisExpiry, type WatchedChange, watched } from './redis-expiry.ts';
import type { LayoutScripts, RedisLayout } from './redis-layout.ts';
import type { ListedSession, SessionSelection, UserSessions } from './user-sessions.ts';

export interface RedisUserSessionsOptions {
  readonly namespace: string;
  readonly layout: RedisLayout;
  readonly scripts: LayoutScripts;
  /** Tells of expired sessions; `undefined`: nobody asked for it. */
  readonly expiry: RedisExpiry | undefined;
}

export function redisUserSessions(run: CallScript, options: RedisUserSessionsOptions): UserSessions {
  const { namespace, layout, scripts, expiry } = options;
  const slackMs = String(expiry?.slackMs ?? 0);
  const listKeys = (tag: string) => [userSessionsKey(namespace, tag), sessionKeysOf(namespace, tag)];

  return {
    admit: async (key, record, { perUser = 0, perDeviceType = 0, whenFull, replaces, tombstoneMs }) => {
      const soonestMs = Math.min(record.idleMs ?? Infinity, record.absoluteMs ?? Infinity);
      const change: WatchedChange = (looked, since) =>
        run(
          scripts.admit,
          [sessionKey(namespace, key), userSessionsKey(namespace, key.tag), ...looked],
          [
            String(perUser),
            String(perDeviceType),
            whenFull,
            typeOf(record.device),
            deviceMark(record.device),
            replaces?.hash ?? '',
            String(tombstoneMs),
            slackMs,
            String(record.idleMs ?? 0),
            String(record.absoluteMs ?? 0),
            since,
            ...layout.encode(record),
          ],
        );
      const answer = await watched(expiry, record.userId, soonestMs, change);
      const [status, met, now, ends, beginning, evicted, held] = answer;
      const scope = String(met) as 'user' | 'device-type' | '';
      if (String(status) === 'full') return { status: 'full', scope: scope === '' ? 'user' : scope };
      const [replaced] = held as unknown as RawValue[];
      return {
        status: 'admitted',
        record: createdRecord(record, [now, ends, beginning] as RawValue[]),
        evicted: endedSessions(evicted as unknown as RawValue[]),
        replaced: replaced === undefined ? undefined : layout.remains(replaced),
        met: scope === '' ? undefined : scope,
      };
    },
    list: async (tag) => {
      const [now, found] = (await run(scripts.list, listKeys(tag), [slackMs])) as [RawValue, unknown];
      const rows = found as (RawValue | RawValue[])[];
      const sessions: ListedSession[] = [];
      for (let at = 0; at + 2 < rows.length; at += 3) {
        try {
          const record = layout.decode(rows[at + 2] as RawValue, Number(rows[at + 1]), Number(now));
          sessions.push({ hash: String(rows[at]), record });
        } catch (error) {
          // One that cannot be read never counts as a login; the others are shown, and `end` ends it with them.
          if (!(error instanceof SessionUndecodableError)) throw error;
        }
      }
      return sessions;
    },
    end: async (tag, selection, { reason, tombstoneMs }) => {
      const [status, ended] = await run(scripts.endListed, listKeys(tag), [
        reason,
        String(tombstoneMs),
        ...selectionArguments(selection),
      ]);
      return String(status) === 'missing' ? undefined : endedSessions(ended as unknown as RawValue[]);
    },
    ...(expiry === undefined ? {} : { takeExpired: () => expiry.takeExpired() }),
  };
}

function selectionArguments(selection: SessionSelection): string[] {
  if (selection === 'all') return ['all'];
  return 'only' in selection ? ['only', ...selection.only.map(String)] : ['except', String(selection.except)];
}
