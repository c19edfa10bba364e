/** Everything experiment 2.3 says. */
import type { Persistence } from '../../cluster/index.ts';
import type { Hypothesis } from '../experiment.ts';
import { milliseconds, range, type Status, seconds, statusCounts, statusList } from '../wording.ts';

const persistenceNames: Readonly<Record<Persistence, string>> = {
  none: 'none',
  'save-points': 'save points',
  'aof-everysec': 'AOF everysec',
  'aof-always': 'AOF always',
};

export const redisDownWords = {
  title: 'Redis dies',
  question: 'What happens to sessions and requests when Redis dies?',
  hypotheses: [
    { id: 'H1', statement: 'All sessions are unusable at once.' },
    { id: 'H2', statement: 'Every request fails, with 500 or 401.' },
    { id: 'H3', statement: 'After recovery the old sessions are gone.' },
  ] as readonly Hypothesis[],
  design: [
    'Log in 5 users at three servers that share a Redis.',
    'End Redis, once by SIGTERM (as a planned restart does) and once by SIGKILL (as a crash does).',
    'While it is down, ask for each profile, try to log in and to log out, and ask for the health page, which needs no session; then once more.',
    'Start Redis again on the same files, wait until the servers answer, ask for each profile and log in a new user.',
    'Do so for each of four kinds of persistence: none, save points, append-only file flushed each second, append-only file flushed at each write.',
    'Then freeze Redis (SIGSTOP) under a light load: its connections stay open and nothing answers. Thaw it again.',
  ] as readonly string[],
  limits: [
    'A killed process is not a power cut: what Redis has handed to the operating system survives the one and not the other. With a flush each second a power cut may cost the last second.',
    'Servers here keep no local copy of sessions, so nothing can be read while Redis is away. The comparison with a local copy for reads is not part of this run.',
    'One Redis without replicas; with a replica and a fail-over the outage is shorter.',
    'The times of an outage are those of the store (a deadline of 500 ms) and of the reconnection (up to 500 ms), and are not scaled.',
  ] as readonly string[],

  progress: {
    combination: (persistence: Persistence, signal: string, number: number, of: number): string =>
      `${persistence}, ${signal} (${number} of ${of})`,
    freeze: 'freezing Redis under load',
  },
  noLogin: (ms: number): string => `A server did not take a login within ${ms} ms after Redis had started.`,
  persistence: persistenceNames,
  named: (persistence: Persistence, signals: readonly string[]): string =>
    `${persistenceNames[persistence]} (${signals.join(', ')})`,
  matrixTable: {
    title: 'After Redis was started again',
    columns: [
      'Persistence',
      'Signal',
      'Old sessions',
      'Status of each user',
      'ms until all were answered',
      'New login / its profile',
      'H3 holds',
    ],
  },
  outcome: {
    kept: (kept: number, users: number): string => `kept ${kept}/${users}`,
    lost: (kept: number, users: number): string => `lost ${users - kept}/${users}`,
    unclear: (kept: number, users: number): string => `unclear, ${kept}/${users} answered 200`,
  },
  holds: { kept: 'no', lost: 'yes', unclear: 'undecided' },
  never: '–',
  statuses: (statuses: readonly Status[]): string => statusList(statuses),
  statusCounts: (statuses: readonly Status[]): string => statusCounts(statuses),
  outageTable: {
    title: 'While Redis was down, all combinations together',
    columns: ['Request', 'Answers', 'Longest in ms, at once', 'Longest in ms, afterwards'],
  },
  requests: {
    profile: 'GET /profile',
    login: 'POST /login',
    logout: 'POST /logout',
    health: 'GET /health (no session)',
  },
  frozenTable: {
    title: 'While Redis was frozen (SIGSTOP)',
    columns: ['Phase', 'Requests', 'Answers', 'Longest in ms', 'Its answer'],
  },
  phases: ['before', 'frozen', 'after'] as readonly string[],
  chart: {
    title: 'Time to an answer around the freeze',
    xTitle: 'seconds since the load began, when the request was sent',
    yTitle: 'ms',
  },
  chartSeries: 'time to an answer',
  chartNote: (statuses: readonly Status[]): string =>
    `Answers to what was sent while Redis was frozen: ${statusCounts(statuses)}.`,
  marks: { frozen: 'frozen', thawed: 'thawed' },

  headline: (lost: number, cells: number): string => `old sessions lost in ${lost} of ${cells} cases`,
  evidence: {
    noSessions: (cells: number): string => `In ${cells} combinations the sessions did not work before the outage.`,
    atOnce: (served: number, requests: number, firstMs: number): string =>
      `${served} of ${requests} requests for a profile were answered 200 while Redis was down, the first sent ${milliseconds(firstMs)} after the signal.`,
    noRequests: 'No request was sent while Redis was down.',
    failure: (statuses: readonly Status[], failed: number): string =>
      `${failed} of ${statuses.length} requests that need a session failed: ${statusCounts(statuses)}.`,
    unclear: (unclear: number, cells: number): string =>
      `In ${unclear} of ${cells} combinations the users were not all answered alike after the restart.`,
    gone: (names: readonly string[], lost: number, cells: number): string =>
      `The old sessions were gone in ${lost} of ${cells} combinations${lost === 0 ? '' : `: ${names.join('; ')}`}.`,
  },
  findings: {
    choice: (kept: readonly string[], lost: readonly string[]): string =>
      `Whether a restart of Redis logs everybody out is a choice of persistence, not a property of Redis: kept with ${kept.join(', ')}; lost with ${lost.join(', ')}.`,
    unavailable: (retryAfterSeconds: number | undefined): string =>
      `An outage is answered 503${retryAfterSeconds === undefined ? '' : ` (Retry-After: ${retryAfterSeconds})`} and never 401: no user is sent to the login page because a server is down, and whoever's session was kept is still logged in afterwards.`,
    sentToLogin:
      'Some requests were answered 401 during the outage: their users are sent to the login page although their sessions may still be there.',
    duringOutage: (logins: readonly Status[]): string =>
      `Logging in during the outage was answered ${statusCounts(logins)}: with sessions in Redis alone, Redis must be as available as the application.`,
    servedAgain: (ms: readonly number[]): string =>
      `Nothing needs to be restarted: all servers answered again ${range(ms, milliseconds)} after Redis was back.`,
    frozen: (forMs: number, longestMs: number, status: Status): string =>
      `A Redis that hangs is worse than one that is gone, since nothing breaks the connection. Frozen for ${seconds(forMs)}, the longest wait for an answer was ${milliseconds(longestMs)} (${status}): each command has a deadline.`,
  },
};

export type RedisDownWords = typeof redisDownWords;
