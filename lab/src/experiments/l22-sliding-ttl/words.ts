/** Everything experiment 2.2 says. */
import { figure } from '../../report/figure.ts';
import type { Hypothesis } from '../experiment.ts';
import { milliseconds, range, type Status, seconds, statusCounts } from '../wording.ts';

export const slidingTtlWords = {
  title: 'Sliding expiry',
  question: 'Does access renew the life of a session?',
  hypotheses: [
    { id: 'H1', statement: 'Each access sets the TTL back to its full length.' },
    { id: 'H2', statement: 'A user who stays active never expires.' },
    { id: 'H3', statement: 'The session of an idle user is deleted when its TTL ends.' },
  ] as readonly Hypothesis[],
  design: [
    'Run the servers with a TTL of 30 s (times the time scale of this run) and read the remaining life of the keys ten times a second, more often in a scaled run. Reading does not renew.',
    'A visitor logs in, asks for the profile after 10 s, and then not for 35 s.',
    'An active user asks each half TTL for at least three TTLs.',
    'Idle users log in and do nothing. Nobody reads their keys, and Redis tells when it deletes them; then each asks again.',
    'An active user at a server whose sessions have an absolute cap of twice the TTL asks each half TTL until past the cap.',
  ] as readonly string[],
  limits: [
    'The moment of deletion is when the message of Redis reached the lab; a busy machine adds to it.',
    'An idle Redis with few keys. With very many keys expiring at once Redis may delete later; a request never sees an expired key.',
  ] as readonly string[],

  progress: (everyMs: number, forSeconds: number): string =>
    `reading the keys every ${everyMs} ms for about ${forSeconds} s`,
  noSession: (userId: string): string => `The login of ${userId} left no session in Redis.`,
  momentTable: {
    title: 'A visitor who pauses',
    columns: ['Moment', 'Expected: s left', 'Measured: s left', 'Status'],
  },
  moments: {
    atOnce: 'at once after the login',
    paused: (ms: number): string => `${seconds(ms)} later, before the access`,
    accessed: 'after the access',
    idle: (ms: number): string => `after ${seconds(ms)} without a request`,
    gone: 'gone',
    notDeleted: 'not seen',
  },
  accessTable: {
    title: 'An active user',
    columns: ['s since login', 'ms left before the access', 'ms left after it', 'Status'],
  },
  idleTable: {
    title: 'Idle users: how late Redis deleted the key',
    columns: ['User', 'ms after the end of its TTL', 'Status of the next request'],
  },
  chart: {
    title: 'Remaining life of the session keys',
    x: 'seconds since the start',
    y: 'seconds left',
    visitor: 'visitor who pauses',
    active: (ttlMs: number): string => `active user, a request each ${seconds(ttlMs / 2)}`,
    note: 'Read with PTTL. A key that is gone is drawn at 0. The moments are those of the visitor.',
  },
  marks: {
    login: 'login',
    access: 'access',
    gone: 'key gone',
    refused: (status: Status): string => `asked again: ${status}`,
  },

  headline: (afterMs: number, ttlMs: number): string =>
    Number.isNaN(afterMs) ? 'no access was made' : `back to ${seconds(afterMs)} of ${seconds(ttlMs)} at an access`,
  evidence: {
    noAccess: 'No access was made while a session lived.',
    reset: (reset: number, accesses: readonly { ttlBeforeMs: number; ttlAfterMs: number }[], ttlMs: number): string =>
      `${reset} of ${accesses.length} accesses set the TTL back to its ${seconds(ttlMs)}. Left before an access: ` +
      `${range(
        accesses.map(({ ttlBeforeMs }) => ttlBeforeMs),
        seconds,
      )}; read right after it: ` +
      `${range(
        accesses.map(({ ttlAfterMs }) => ttlAfterMs),
        seconds,
      )}.`,
    active: (served: number, total: number, spanMs: number, ttlMs: number): string =>
      `${served} of ${total} requests over ${seconds(spanMs)} (${(spanMs / ttlMs).toFixed(1)} TTLs) were answered 200.`,
    notActive: (gapMs: number, ttlMs: number): string =>
      `The user was meant to be active but paused for ${seconds(gapMs)}, with a TTL of ${seconds(ttlMs)}: the machine was too busy.`,
    capped: (absoluteMs: number, endMs: number): string =>
      `With an absolute cap of ${seconds(absoluteMs)} an equally active user was refused at ${seconds(endMs)}: active users stay, but no longer than the cap.`,
    capNotSeen: 'That the absolute cap ends a session all the same was not seen in this run.',
    noIdle: 'There was no idle user.',
    idle: (users: number, late: readonly number[], statuses: readonly Status[]): string =>
      `${late.length} of ${users} idle keys were deleted by Redis` +
      `${late.length === 0 ? '' : `, ${range(late, milliseconds)} after the end of their TTL`}; ` +
      `their next requests, and the visitor's, were answered ${statusCounts(statuses)}.`,
  },
  findings: {
    pause: (ttlMs: number): string =>
      `The TTL is the longest pause a user may make, counted from the last request and not from the login: here ${seconds(ttlMs)}.`,
    cap: (absoluteMs: number, defaultMs: number): string =>
      `Sliding expiry alone would keep a stolen cookie alive for as long as it is used. The absolute cap ends it: after ${seconds(absoluteMs)} here, after ${figure(defaultMs / 3_600_000)} h when nothing is set.`,
    loggedOut: 'A user who was active was logged out: the renewal of this store can not be relied on.',
    late: (late: readonly number[]): string =>
      `A key leaves the memory of Redis a little after its end (${range(late, milliseconds)}), because Redis looks for expired keys ten times a second; for a request it is gone at the end.`,
  },
};

export type SlidingTtlWords = typeof slidingTtlWords;
