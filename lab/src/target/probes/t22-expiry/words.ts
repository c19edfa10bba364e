/** Everything experiment 2.2 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import { seconds } from '../../../experiments/wording.ts';
import { toldInWords } from '../../words/told.ts';
import type { ExpiryAccess, ExpiryKind } from './analyse.ts';

const kinds: Readonly<Record<ExpiryKind, string>> = { sliding: 'sliding', absolute: 'absolute', unknown: 'not clear' };

export const expiryWords = {
  told: toldInWords,
  title: 'Expiry',
  question: 'Does an access renew the session?',
  hypotheses: [
    { id: 'H1', statement: 'Each access renews the session: a user who stays active stays logged in.' },
    { id: 'H2', statement: 'A user who stays away for longer than ttlSeconds is logged out.' },
    { id: 'H3', statement: 'A browser keeps the cookie as long as the server keeps the session.' },
  ] as readonly Hypothesis[],
  design: [
    'Log two users in.',
    'One of them comes after 0.6, 1.2 and 1.8 times ttlSeconds, the other one only once, after more than 1.3 times.',
    'Before each access, note whether a browser would still have the cookie; the lab sends it in any case.',
  ] as readonly string[],
  limits: [
    'A cap on top of a sliding lifetime is not seen when it lies beyond 1.8 times ttlSeconds.',
    'Where a user may have one session only, the file has to name two users.',
  ] as readonly string[],
  waiting: (ttlSeconds: number): string => `an active and an idle user, for twice ${ttlSeconds} s`,
  table: { title: 'Accesses after the login', columns: ['User', 'After (s)', 'Answer', 'Cookie in a browser'] },
  active: 'active',
  idle: 'idle until then',
  kept: (keeps: boolean | null): string => (keeps === null ? '–' : keeps ? 'kept' : 'gone'),
  headline: (kind: ExpiryKind, ttlMs: number): string => `${kinds[kind]}, ${seconds(ttlMs)}`,
  evidence: {
    accesses: (accesses: readonly ExpiryAccess[], ttlMs: number): string =>
      `With a lifetime of ${seconds(ttlMs)}: ${accesses.map((access) => `${toldInWords(access)} after ${seconds(access.atMs)}`).join(', ')}.`,
    idle: (idle: ExpiryAccess, ttlMs: number): string =>
      `The idle user came after ${seconds(idle.atMs)}, with a lifetime of ${seconds(ttlMs)}: ${toldInWords(idle)}.`,
    noCookie: 'The credential is a token, which no browser drops by itself.',
    browser: (forgotten: number, known: number): string =>
      `At ${forgotten} of ${known} accesses that the server still answered, a browser would no longer have had the cookie.`,
  },
  findings: {
    sliding: 'The server renews the session at an access: an active user is not logged out by its lifetime.',
    absolute:
      'The session ends a fixed time after the login, also in the middle of the work. Without a renewal the user has to log in again.',
    outlives:
      'A session outlived ttlSeconds without a single access: the application is configured otherwise than the file says.',
    browserForgets:
      'The server renews its session, but not the cookie: the browser drops it when its first lifetime ends, and the active user is logged out all the same.',
  },
};

export type ExpiryWords = typeof expiryWords;
