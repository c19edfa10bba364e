import type { RawValue } from './codec.ts';
import type { EndedSession } from './user-sessions.ts';

/** Reads what scripts say of entries of the list: member and score by turns. */
export function endedSessions(entries: readonly RawValue[]): EndedSession[] {
  const sessions: EndedSession[] = [];
  for (let at = 0; at + 1 < entries.length; at += 2) {
    const [hash = '', deviceType = ''] = String(entries[at]).split(':');
    sessions.push({ hash, deviceType, createdAt: Number(entries[at + 1]) });
  }
  return sessions;
}
