/** Everything experiment 2.4 says. */
import type { Hypothesis } from '../experiment.ts';
import { milliseconds, type Status, statusCounts } from '../wording.ts';
import type { Condition, StoredScheme } from './observations.ts';

/** What a bound was held against. */
export interface SeenStaleness {
  readonly trials: number;
  readonly longestMs: number;
  readonly boundMs: number;
  /** Trials in which no request was refused at all. */
  readonly neverRefused: number;
  /** Answers 401 to users who had not logged out. */
  readonly loggedOut: number;
}

const written = (ms: number | null): string => (ms === null ? 'not measured' : milliseconds(ms));

export const staleCopiesWords = {
  title: 'A copy of a session that was ended elsewhere',
  question: 'How long does a server serve its copy of a session after a logout at another server?',
  hypotheses: [
    { id: 'H1', statement: 'With every link up, a logout counts at all servers within a tenth of the lease.' },
    { id: 'H2', statement: 'Behind a link that went silent, a copy is served no longer than the lease.' },
    { id: 'H3', statement: 'A link that is closed ends the copies at once, and logs nobody out.' },
  ] as readonly Hypothesis[],
  design: [
    'Start three servers of coherent sessions, each with a link of its own to Redis that can be broken. Log two users in and let another server, which is watched, have a copy of both sessions.',
    'Ask the watched server for both profiles without a pause, log one of the users out at the first server, and note how long after the answer to the logout a request was still sent that was answered 200. Repeat it with new users, at servers drawn at random.',
    'Do so idle, under a steady load, with a link of the watched server that swallows everything just before the logout (nothing is closed, and nothing arrives), and with one that is reset just before it.',
    'Do the same with Redis sessions, of which no server has a copy: that is what the method itself adds.',
    'In the end kill the server that made a session (kill -9) and start it again, and kill Redis, and ask all servers for their copies.',
  ] as readonly string[],
  limits: [
    'The lease is one second, the default, and is not scaled. A shorter one bounds what a silent link can hide more tightly and costs more commands.',
    'Everything is on one machine: over a network the news of a change takes as long as a message does.',
    'A server that is stopped altogether answers nobody; what it does when it goes on is a test of the package and not part of this run.',
  ] as readonly string[],

  schemes: { coherent: 'coherent sessions', redis: 'Redis sessions' } as Readonly<Record<StoredScheme, string>>,
  conditions: { idle: 'idle', load: 'under load', silent: 'link silent', closed: 'link closed' } as Readonly<
    Record<Condition, string>
  >,
  progress: {
    trials: (scheme: StoredScheme, condition: Condition, count: number): string =>
      `${scheme}, ${condition}: ${count} logouts`,
    sharing: 'killing a server, and Redis',
  },
  stalenessTable: {
    title: 'How long the session was still served after the logout, in ms',
    columns: [
      'Scheme',
      'Condition',
      'Logouts',
      'P50',
      'P95',
      'Maximum',
      'First 401 at the latest',
      'Answers 503',
      'Others answered 401',
    ],
  },
  sharingTable: { title: 'A session at each server' },
  steps: {
    step: 'Step',
    anonymous: 'without a cookie (control)',
    before: (server: string): string => `logged in by ${server}`,
    killed: (server: string): string => `${server} killed`,
    returned: (server: string): string => `${server} started again`,
    outage: 'Redis killed, logged in',
    loggedOutOutage: 'Redis killed, logged out before',
  },
  chart: {
    title: 'Staleness after a logout, coherent sessions',
    xTitle: '% of the logouts',
    yTitle: 'ms at most',
    note: 'From the answer to the logout until the last request that was answered 200 was sent.',
  },
  headline: (linkedMs: number | null, silentMs: number | null, leaseMs: number): string =>
    `served after a logout for at most ${written(linkedMs)}; behind a silent link ${written(silentMs)} (lease ${milliseconds(leaseMs)})`,
  evidence: {
    untold: (untold: number, trials: number): string =>
      `${untold} of ${trials} logouts tell nothing: the session was not known before, or the logout was not taken.`,
    longest: ({ trials, longestMs, boundMs, neverRefused, loggedOut }: SeenStaleness): string =>
      `The session was served for at most ${milliseconds(longestMs)} after ${trials} logouts; the bound is ${milliseconds(boundMs)}.` +
      `${neverRefused === 0 ? '' : ` After ${neverRefused} it was not refused at all.`}` +
      `${loggedOut === 0 ? '' : ` Users who had not logged out were answered 401, ${loggedOut} times.`}`,
  },
  findings: {
    floor: (trials: number, longestMs: number): string =>
      `Redis sessions, which are read anew for each request, were served for at most ${milliseconds(longestMs)} after ${trials} logouts: so much is the method's own.`,
    unavailable: (answers: number): string =>
      `Behind a silent link a server can ask nobody once its lease is over: ${answers} requests were answered 503, and none 401 for it.`,
    nobodySentAway: 'Whoever had not logged out was never sent to the login page, whatever was broken.',
    sentAway: (answers: number): string =>
      `Users who had not logged out were answered 401, ${answers} times: they are sent to the login page.`,
    outage: (loggedIn: readonly Status[], loggedOut: readonly Status[]): string =>
      `With Redis killed the copies were gone at once: ${statusCounts(loggedIn)} for a user who was logged in, ${statusCounts(loggedOut)} for one who had logged out.`,
    sharing: (statuses: readonly Status[], servers: number): string =>
      `All servers share the sessions: ${statuses.length} requests through the balancer to ${servers} servers were answered ${statusCounts(statuses)}.`,
  },
};

export type StaleCopiesWords = typeof staleCopiesWords;
