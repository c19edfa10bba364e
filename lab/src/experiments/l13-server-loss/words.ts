/** Everything experiment 1.3 says. */
import type { Hypothesis } from '../experiment.ts';
import { milliseconds, range, type Status, seconds } from '../wording.ts';

export const serverLossWords = {
  title: 'A server dies',
  question: 'What is lost when a server with sessions in its memory dies?',
  hypotheses: [
    { id: 'H1', statement: 'All sessions of the dead server are lost.' },
    { id: 'H2', statement: 'Its clients are routed to the living servers.' },
    { id: 'H3', statement: 'Its clients must log in again.' },
  ] as readonly Hypothesis[],
  design: [
    'Log users in through a balancer with ip_hash before three servers, each from a random address, and note who is where.',
    "kill -9 the server with the most users, while one of its clients keeps asking; then ask for every user's profile.",
    'Let those who were logged out log in again, and check that this helps.',
    "Start the dead server again, wait until the balancer uses it, and ask for every user's profile once more.",
    'Log everybody in again, freeze the busiest server (SIGSTOP: it accepts connections and never answers), and let all users ask at once, twice; then let it go on.',
  ] as readonly string[],
  limits: [
    'The balancer gives up on a connection after 300 ms and on an answer after 1 s. With the defaults of nginx (60 s for both) a frozen server holds its clients up to 60 times as long.',
    'Requests that change nothing (GET). A POST that had reached the dead server would not be sent again, and its client would see the error.',
  ] as readonly string[],

  progress: {
    login: (users: number): string => `${users} users log in`,
    kill: (server: string, sessions: number): string => `kill -9 ${server}, which holds ${sessions} sessions`,
    again: (users: number): string => `${users} users log in again`,
    restart: (server: string): string => `${server} starts again`,
    freeze: (server: string): string => `SIGSTOP to ${server}`,
    thaw: (server: string): string => `SIGCONT to ${server}`,
  },
  nobody: 'No user was sent to any server.',
  killed: 'killed',
  lives: 'lives',
  notSeen: 'not seen',
  answeredBy: (status: Status, server: string | null): string =>
    server === null ? String(status) : `${status} (${server})`,
  distributionTable: { title: 'Where the users were', columns: ['Server', 'Users', 'Its fate'] },
  userTable: {
    title: "Each user's profile",
    columns: ['User', 'Its server', 'Before', 'After the kill', 'After logging in again', 'After the server came back'],
  },
  timeTable: {
    title: 'How long things took',
    columns: ['What', 'Measured'],
    rows: {
      recovered: 'from the kill until living servers answered for the dead one',
      failed: (requests: number): string => `failed requests of its client, of ${requests} after the kill`,
      longestAfterKill: 'the slowest of them',
      failTimeout: 'how long the balancer leaves a failed server out (fail_timeout)',
      returned: 'from its restart until the balancer used it again',
      frozen: 'longest wait for an answer while a server was frozen',
      thawed: 'from SIGCONT until the balancer used it again',
    },
  },
  frozenTable: {
    title: (server: string): string => `${server} frozen`,
    columns: ['When', 'Users', 'Answers', 'Time to an answer'],
    durations: (ms: readonly number[]): string => range(ms, milliseconds),
    ofFrozen: 'of the frozen server',
    ofOthers: 'of the others',
    steps: { first: 'first request', second: 'second request', thawed: 'after SIGCONT' },
  },
  chart: {
    title: 'Users who are logged in',
    xTitle: 'moment',
    yTitle: 'users',
    ofKilled: 'of the killed server',
    ofOthers: 'of the others',
    phases: {
      before: 'before',
      afterKill: 'after the kill',
      afterLogin: 'after new logins',
      afterReturn: 'server is back',
    },
  },

  headline: (figures: {
    lost: number;
    lostAgain: number;
    victims: readonly string[];
    bystanders: readonly string[];
  }): string =>
    `${figures.lost} of ${figures.victims.length + figures.bystanders.length} sessions lost` +
    (figures.lostAgain > 0 ? `, ${figures.lostAgain} again when the server came back` : ''),
  evidence: {
    lost: (seen: { server: string; victims: number; lost: number; kept: number }): string =>
      `${seen.server} held ${seen.victims} sessions; after the kill ${seen.lost} of their users were answered 401 and ${seen.kept} were still logged in.`,
    routed: (seen: { routed: number; victims: number; recoveredMs: number | null; failedRequests: number }): string =>
      `${seen.routed} of ${seen.victims} clients of the dead server were answered by living ones; ` +
      (seen.recoveredMs === null
        ? 'the balancer did not recover while it was watched'
        : `the balancer had recovered after ${milliseconds(seen.recoveredMs)}`) +
      `, with ${seen.failedRequests} failed requests.`,
    login: (seen: { lost: number; loggedInAgain: number; server: string }): string =>
      `${seen.lost} users of ${seen.server} were refused with their old cookie; ${seen.loggedInAgain} of them were served again after a new login.`,
    noLoginNeeded: (kept: number, victims: number): string =>
      `${kept} of ${victims} users of the dead server went on without a new login.`,
  },
  findings: {
    othersKept: (bystanders: number): string =>
      `The other servers' ${bystanders} users noticed nothing: a death costs the share of users that were on that server.`,
    othersHit: (hit: number, bystanders: number): string =>
      `${hit} of ${bystanders} users of the other servers were logged out or not answered, although their servers lived.`,
    lostTwice: (again: number, of: number, returnedAfterMs: number, failTimeoutMs: number): string =>
      `The second loss: ${again} of the ${of} users who had logged in again were logged out once more when the server came back, ` +
      `${seconds(returnedAfterMs)} after its start (fail_timeout ${seconds(failTimeoutMs)}). ip_hash sends them home, where nobody knows their new session. Every restart of a server therefore costs its users two logins.`,
    notLostTwice: (of: number): string =>
      `None of the ${of} users who had logged in again lost the new session when the server came back.`,
    neverReturned: (server: string): string =>
      `The balancer did not send clients to ${server} again while it was watched, so the second loss could not be seen.`,
    frozen: ({
      longestMs,
      afterKillMs,
      statuses,
    }: {
      longestMs: number;
      afterKillMs: number;
      statuses: string;
    }): string =>
      longestMs > 5 * afterKillMs
        ? `A frozen server is worse than a dead one: the longest wait for an answer was ${milliseconds(longestMs)} (answers: ${statuses}), against ${milliseconds(afterKillMs)} after the kill. ` +
          'A refused connection says at once that nobody is there; silence says so only when the read timeout is over.'
        : `While a server was frozen the longest wait for an answer was ${milliseconds(longestMs)} (answers: ${statuses}), after the kill ${milliseconds(afterKillMs)}.`,
    thawed: (kept: number, of: number): string =>
      kept === of
        ? `After SIGCONT ${kept} of ${of} users were served with the session they had before: a frozen server's memory comes back, a dead one's does not.`
        : `After SIGCONT only ${kept} of ${of} users were served with the session they had before.`,
  },
};

export type ServerLossWords = typeof serverLossWords;
