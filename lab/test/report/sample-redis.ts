/** Experiments 2.1 to 2.3 of the sample run. */

import type { ExperimentResult } from '../../src/results.ts';

/** 62 samples of the remaining TTL: 3 s, renewed by an access after 1 s and one after 2.2 s, gone 3 s after it. */
function ttlSamples(): [number, number][] {
  const accessesAtMs = [0, 1000, 2200];
  return Array.from({ length: 62 }, (_, index) => {
    const atMs = index * 90;
    const lastMs = accessesAtMs.filter((access) => access <= atMs).at(-1) ?? 0;
    return [atMs / 1000, Math.max(0, 3000 - (atMs - lastMs)) / 1000];
  });
}

const persistenceRows: readonly (readonly [string, string, string, string, string])[] = [
  ['none', 'SIGTERM', 'lost 5/5', '401', 'true'],
  ['none', 'SIGKILL', 'lost 5/5', '401', 'true'],
  ['save points', 'SIGTERM', 'kept 5/5', '200', 'false'],
  ['save points', 'SIGKILL', 'lost 5/5', '401', 'true'],
  ['AOF everysec', 'SIGTERM', 'kept 5/5', '200', 'false'],
  ['AOF everysec', 'SIGKILL', 'kept 5/5', '200', 'false'],
  ['AOF always', 'SIGTERM', 'kept 5/5', '200', 'false'],
  ['AOF always', 'SIGKILL', 'kept 5/5', '200', 'false'],
];

export const redisExperiments: readonly ExperimentResult[] = [
  {
    id: '2.1',
    title: 'One session, three servers',
    question: 'Can every server read a session kept in Redis?',
    status: 'ran',
    durationMs: 1180,
    headline: '200 / 200 / 200',
    design: [
      'Log in at one server.',
      'Read the key as Redis shows it.',
      'Send the cookie to each server directly.',
      'Send 20 requests through the balancer.',
    ],
    observations: { statuses: [200, 200, 200], distribution: { 'redis-1': 6, 'redis-2': 7, 'redis-3': 7 } },
    tables: [
      {
        title: 'The key as Redis shows it',
        columns: ['Field', 'Value'],
        rows: [
          ['TYPE', 'hash'],
          ['TTL', 3],
          ['fields', 'userId, username, role, loginTime, lastAccess, ipAddress, userAgent'],
          ['MEMORY USAGE', 289.5],
        ],
      },
    ],
    charts: [
      {
        kind: 'bar',
        title: '20 requests of one client over three servers',
        xTitle: 'server',
        yTitle: 'requests',
        bars: [
          { label: 'redis-1', value: 6 },
          { label: 'redis-2', value: 7 },
          { label: 'redis-3', value: 7 },
        ],
      },
    ],
    hypotheses: [
      {
        id: 'H1',
        statement: 'The session is stored in Redis and shared.',
        verdict: 'confirmed',
        evidence: 'One key with a TTL of 3 s; no server holds a copy.',
      },
      {
        id: 'H2',
        statement: 'Any server answers 200.',
        verdict: 'confirmed',
        evidence: '3 of 3 servers answered 200 with the same user.',
      },
      {
        id: 'H3',
        statement: 'Round robin is enough.',
        verdict: 'confirmed',
        evidence: '20 of 20 requests answered 200, spread 6 / 7 / 7.',
      },
    ],
    findings: ['With sessions in Redis the balancer needs no rule, and a server can be taken away at any moment.'],
    limits: ['The key’s name is shown without the hash of the session id.'],
  },
  {
    id: '2.2',
    title: 'Sliding expiry',
    question: 'Does access renew the TTL?',
    status: 'ran',
    durationMs: 6730,
    headline: '3.0 s after each access',
    design: [
      'Log in with a TTL of 3 s.',
      'Read the TTL every 90 ms.',
      'Ask for the profile after 1 s and after 2.2 s.',
      'Wait 3.2 s without a request, then ask again.',
    ],
    observations: { samples: ttlSamples(), lastStatus: 401 },
    tables: [
      {
        title: 'Remaining TTL at the moments of the design',
        columns: ['Moment', 'TTL in s', 'Status'],
        rows: [
          ['at once', 2.99, 200],
          ['before the access', 2.01, 200],
          ['after the access', 2.995, 200],
          ['after 3.2 s idle', 0, 401],
        ],
      },
    ],
    charts: [
      {
        kind: 'line',
        title: 'Remaining TTL over time',
        xTitle: 'seconds since login',
        yTitle: 'seconds left',
        series: [{ name: 'TTL of the session key', points: ttlSamples() }],
        marks: [
          { x: 0, label: 'login' },
          { x: 1, label: 'access' },
          { x: 2.2, label: 'access' },
          { x: 5.2, label: 'gone' },
          { x: 5.4, label: 'asked again: 401' },
        ],
        note: 'Read with PTTL every 90 ms. The key is drawn at 0 once it is gone.',
      },
    ],
    hypotheses: [
      {
        id: 'H1',
        statement: 'Each access resets the TTL.',
        verdict: 'confirmed',
        evidence: 'From 2.01 s back to 2.995 s at the first access, from 1.81 s to 2.994 s at the second.',
      },
      {
        id: 'H2',
        statement: 'An active user never expires.',
        verdict: 'undecided',
        evidence:
          'Held for 20 renewals in this run; the absolute cap of 8 h ends every session and was not waited for.',
      },
      {
        id: 'H3',
        statement: 'An idle session is deleted at the TTL.',
        verdict: 'confirmed',
        evidence: 'The key was gone 3.005 s after the last access, and the next request was answered 401.',
      },
    ],
    findings: ['The longest pause a user may make is the TTL, counted from the last request and not from the login.'],
    limits: ['Renewals are coalesced: an access in the first tenth of the TTL does not write to Redis.'],
  },
  {
    id: '2.3',
    title: 'Redis dies',
    question: 'What happens when Redis dies?',
    status: 'ran',
    durationMs: 31_400,
    headline: 'Old sessions lost in 3 of 8 cases',
    design: [
      'Log in 5 users; end Redis by SIGTERM or by SIGKILL; ask as each user; try to log in.',
      'Start Redis again; ask as each user; log in anew.',
      'Do it for each of four kinds of persistence.',
    ],
    observations: { cells: persistenceRows, duringOutage: [503, 503, 503, 503, 503] },
    tables: [
      {
        title: 'H3 in each combination of persistence and signal',
        columns: ['Persistence', 'Signal', 'Old sessions', 'Status after', 'H3'],
        rows: persistenceRows,
      },
      {
        title: 'During the outage',
        columns: ['Request', 'Status', 'Longest answer in ms', 'Retry-After in s'],
        rows: [
          ['GET /profile', 503, 12.41, 1],
          ['POST /login', 503, 11.873, 1],
          ['GET /health', 200, 1.2, '–'],
        ],
      },
    ],
    charts: [],
    hypotheses: [
      {
        id: 'H1',
        statement: 'All sessions are unusable at once.',
        verdict: 'confirmed',
        evidence: '5 of 5 users were refused from the first request on, 12 ms after the kill.',
      },
      {
        id: 'H2',
        statement: 'Every request fails with 500 or 401.',
        verdict: 'refuted',
        evidence:
          '5 of 5 were answered 503 with Retry-After; a 401 would have sent every user to the login page because a server was down.',
      },
      {
        id: 'H3',
        statement: 'After recovery the old sessions are gone.',
        verdict: 'conditional',
        evidence:
          'True in 3 of 8 combinations: always without persistence, and with save points when the process was killed rather than asked to stop.',
      },
    ],
    findings: [
      'Whether a restart of Redis logs everyone out is your choice of persistence, not a property of Redis.',
      'An outage costs answers, not sessions: those kept were served again 69 to 210 ms after Redis was back.',
    ],
    limits: ['A killed process is not a power cut: with everysec a power cut may cost the last second.'],
  },
];
