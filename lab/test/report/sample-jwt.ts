/** Experiments 3.1 to 3.3 of the sample run; the last did not run. */

import type { ExperimentResult } from '../../src/results.ts';

export const jwtExperiments: readonly ExperimentResult[] = [
  {
    id: '3.1',
    title: 'A token that needs no one',
    question: 'Is a JWT really stateless?',
    status: 'ran',
    durationMs: 5210,
    headline: '200 with Redis down',
    design: [
      'Log in and decode the payload.',
      'Stop Redis and ask.',
      'Restart the server that issued the token and ask.',
      'Ask at each of the three servers.',
    ],
    observations: { tokenBytes: 268, withRedisDown: 200, afterRestart: 200, everyServer: [200, 200, 200] },
    tables: [
      {
        title: 'The same token at each step',
        columns: ['Step', 'jwt-1', 'jwt-2', 'jwt-3'],
        rows: [
          ['Redis up', 200, 200, 200],
          ['Redis down', 200, 200, 200],
          ['jwt-1 restarted', 200, 200, 200],
        ],
      },
    ],
    charts: [
      {
        kind: 'bar',
        title: 'What a browser sends with each request',
        xTitle: 'credential',
        yTitle: 'bytes',
        bars: [
          { label: 'session cookie', value: 58 },
          { label: 'JWT, HS256', value: 268 },
          { label: 'JWT, RS256 with a 2,048 bit key', value: 567 },
        ],
      },
    ],
    hypotheses: [
      {
        id: 'H1',
        statement: 'The token holds all that is needed.',
        verdict: 'confirmed',
        evidence: 'sub, username, role, iat, exp and jti in 268 bytes.',
      },
      {
        id: 'H2',
        statement: 'The signature is enough; nothing is looked up.',
        verdict: 'confirmed',
        evidence: '9 of 9 answers 200 with Redis stopped.',
      },
      {
        id: 'H3',
        statement: 'A restart changes nothing.',
        verdict: 'confirmed',
        evidence: '200 from jwt-1 after its restart with the same key.',
      },
    ],
    findings: ['A JWT outlives every server, and a logout as well, unless someone keeps a list.'],
    limits: ['All servers share one key. Rotation was not tried.'],
  },
  {
    id: '3.2',
    title: 'The end of a token',
    question: 'What happens at expiry?',
    status: 'ran',
    durationMs: 9480,
    headline: 'A 5 s token lived 4.05 to 4.96 s',
    design: [
      'Issue a 5 s token at five moments within a second and ask every 50 ms until it is refused.',
      'Edit exp in a token and send it.',
      'Send a token with alg none.',
    ],
    observations: { livedMs: [4957, 4731, 4509, 4262, 4054] },
    tables: [
      {
        title: 'Refusals',
        columns: ['Token', 'Status', 'WWW-Authenticate'],
        rows: [
          ['after exp', 401, 'Bearer error="invalid_token", error_description="token expired"'],
          ['exp edited', 401, 'Bearer error="invalid_token", error_description="invalid signature"'],
          ['alg none', 401, 'Bearer error="invalid_token", error_description="token malformed"'],
        ],
      },
    ],
    charts: [
      {
        kind: 'line',
        title: 'Life of a 5 s token, by when within a second it was issued',
        xTitle: 'milliseconds after the full second',
        yTitle: 'life in ms',
        series: [
          {
            name: 'measured',
            points: [
              [50, 4957],
              [275, 4731],
              [500, 4509],
              [725, 4262],
              [950, 4054],
            ],
          },
          {
            name: 'exp − iat',
            points: [
              [50, 5000],
              [950, 5000],
            ],
          },
        ],
      },
    ],
    hypotheses: [
      {
        id: 'H1',
        statement: 'The token carries exp.',
        verdict: 'confirmed',
        evidence: 'exp − iat = 5 in 5 of 5 tokens.',
      },
      {
        id: 'H2',
        statement: 'The server checks it.',
        verdict: 'confirmed',
        evidence: 'An edited exp was answered 401 invalid signature, 3 of 3.',
      },
      {
        id: 'H3',
        statement: 'From 5 s on the answer is 401, and not before.',
        verdict: 'refuted',
        evidence:
          'The first 401 came after 4.05 to 4.96 s: iat is a whole second, so a token is up to one second older than it looks.',
      },
    ],
    findings: [
      'Count on a token living up to one second less than it says. Very short tokens lose a large part of their life to it.',
    ],
    limits: ['All servers share one clock here. Skew between machines was simulated with the verifier’s clock.'],
  },
  {
    id: '3.3',
    title: 'Logging out of a token',
    question: 'Does a deny-list give logout?',
    status: 'not-run',
    reason:
      'redis-server did not come up again within 10 s on port 6391: another process took the port while it was down.',
    remedy: 'npm run lab -- --only 3.3 --quick',
    durationMs: 10_020,
    headline: '',
    design: [
      'Log out and read the deny-list entry and its TTL as Redis shows them.',
      'Send the token again.',
      'Wait for the end of a 30 s token and look for its entry.',
    ],
    observations: {},
    tables: [],
    charts: [],
    hypotheses: [
      { id: 'H1', statement: 'Logout adds the token to the list.', verdict: 'not-run', evidence: '' },
      { id: 'H2', statement: 'The list is checked first.', verdict: 'not-run', evidence: '' },
      { id: 'H3', statement: 'The TTL of the entry is the token’s remaining life.', verdict: 'not-run', evidence: '' },
    ],
    findings: [],
    limits: [],
  },
];
