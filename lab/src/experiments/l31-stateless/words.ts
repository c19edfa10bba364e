/** Everything experiment 3.1 says. */
import { figure } from '../../report/figure.ts';
import type { Hypothesis } from '../experiment.ts';
import { type Status, statusList } from '../wording.ts';
import type { RevocationMode } from './revocation-mode.ts';

export const statelessWords = {
  title: 'A token that needs no one',
  question: 'Is a JSON Web Token (JWT) really stateless?',
  hypotheses: [
    { id: 'H1', statement: 'The token holds all that is needed.' },
    { id: 'H2', statement: 'The signature is enough: nothing is looked up.' },
    { id: 'H3', statement: 'A restart of a server changes nothing.' },
  ] as readonly Hypothesis[],
  design: [
    'Log in at one of three servers that share a key and keep no list of revoked tokens. Decode the token.',
    'Send the token to each server, then with an altered signature as a control. Count the commands that reach Redis meanwhile.',
    'Stop Redis and send the token to each server again.',
    'Start the server that issued the token again, with Redis still down, and send the token to each server.',
    'Kill that server (kill -9) and ask the others.',
    'Repeat with a deny-list in Redis, once with servers that refuse tokens while Redis is away and once with servers that accept them: with another token that was logged out before, and with a login during the outage.',
    'Compare the size of the token with that of a session cookie.',
  ] as readonly string[],
  limits: [
    'All servers share one HS256 key for the whole run; a change of keys was not tried.',
    'A claim is as old as the token: a role that was taken away stays in it until it expires.',
    'What verification costs in CPU belongs to experiments 4.1 to 4.3.',
  ] as readonly string[],

  progress: {
    up: (mode: RevocationMode): string => `revocation ${mode}, Redis up`,
    down: (mode: RevocationMode): string => `revocation ${mode}, Redis down`,
    restart: (server: string): string => `restarting ${server} with Redis down`,
    kill: (server: string): string => `kill -9 of ${server}`,
  },
  noCookie: 'The login set no session cookie, so there is no size to compare with.',
  stepTable: { title: 'The same token at each step' },
  steps: {
    step: 'Step',
    up: 'Redis up',
    badSignature: 'signature altered (control)',
    down: 'Redis down',
    restarted: (server: string): string => `${server} restarted, Redis still down`,
    killed: (server: string): string => `${server} killed, Redis still down`,
  },
  decodedTable: { title: 'The token, decoded without its key', columns: ['Part', 'Member', 'Value'] },
  parts: { header: 'header', payload: 'payload' },
  modeTable: {
    title: 'What being stateless costs, and what not being stateless costs',
    columns: [
      'Revocation',
      'Redis commands per request',
      'Token after its logout',
      'Good token, Redis down',
      'Logged-out token, Redis down',
      'Login, Redis down',
    ],
  },
  modes: {
    none: 'none (pure JWT)',
    'deny-list, refuse': 'deny-list, refuse while Redis is away',
    'deny-list, accept': 'deny-list, accept while Redis is away',
  },
  statuses: (statuses: readonly Status[]): string => statusList(statuses),
  chart: {
    title: 'What the client sends with each request',
    x: 'credential',
    y: 'bytes',
    cookie: 'session id in a cookie',
    token: 'JWT, HS256',
    note: (cookieHeaderBytes: number, authorizationHeaderBytes: number): string =>
      `With its header: ${cookieHeaderBytes} bytes for the cookie, ${authorizationHeaderBytes} for the token.`,
  },

  headline: (statuses: readonly Status[]): string => `${statusList(statuses)} with Redis down`,
  evidence: {
    noProfile: 'No server sent a profile.',
    contained: (claims: readonly string[], isProfile: boolean): string =>
      `The payload has ${claims.join(', ')}; the profile that a server sent ${isProfile ? 'says the same of' : 'differs from it on'} the user.`,
    notUp: (statuses: readonly Status[]): string =>
      `With everything running the servers answered ${statusList(statuses)}, so an outage has nothing to be compared with.`,
    lookUps: (perRequest: number, requests: number, down: readonly Status[], bad: readonly Status[]): string =>
      `${figure(perRequest)} Redis commands per request over ${requests} requests; with Redis down ${statusList(down)}; ` +
      `with an altered signature ${statusList(bad)}.`,
    restart: (server: string, statuses: readonly Status[], sameUser: number): string =>
      `After ${server} had been started again the servers answered ${statusList(statuses)}, ${sameUser} of ${statuses.length} for the same user.`,
  },
  findings: {
    size: (tokenBytes: number, cookieBytes: number): string =>
      `The state has moved to the client: ${tokenBytes} bytes with each request instead of ${cookieBytes} (×${(tokenBytes / cookieBytes).toFixed(1)}), and anybody who holds the token can read them.`,
    independent:
      'A server with the key needs nobody else to know a user: Redis may be down, and servers may be restarted or added at any time.',
    outlivesServer: (server: string, others: readonly Status[]): string =>
      `A token outlives the server that issued it: with ${server} killed and Redis down the others answered ${statusList(others)}.`,
    lostWithServer: (server: string, others: readonly Status[]): string =>
      `A token did not outlive the server that issued it: with ${server} killed the others answered ${statusList(others)}.`,
    noLogout:
      'Nor can anybody be logged out: a token that was logged out was still accepted, and will be until it expires.',
    price: (refusing: readonly Status[], accepting: readonly Status[]): string =>
      `A deny-list gives logout and takes statelessness: with Redis down, servers that refuse answer a good token ${statusList(refusing)}; ` +
      `servers that accept answer a logged-out token ${statusList(accepting)}. There is no third way while the list is in Redis alone.`,
  },
};

export type StatelessWords = typeof statelessWords;
