/** Everything experiment 2.1 says. */
import type { Hypothesis } from '../experiment.ts';
import { milliseconds, type Status, statusCounts, statusList } from '../wording.ts';

/** What was answered when the server was dead, and when it was back. */
interface SeenOfDeath {
  readonly server: string;
  readonly others: readonly Status[];
  readonly balanced: readonly Status[];
  readonly returned: readonly Status[];
}

export const sharedSessionWords = {
  title: 'One session, three servers',
  question: 'Can every server read a session that is kept in Redis?',
  hypotheses: [
    { id: 'H1', statement: 'The session is stored in Redis and shared by the servers.' },
    { id: 'H2', statement: 'Any server answers 200.' },
    { id: 'H3', statement: 'Round robin is enough: the balancer needs no rule that keeps a client at one server.' },
  ] as readonly Hypothesis[],
  design: [
    'Log in one user at one of three servers that share a Redis.',
    'Read the key as Redis shows it: its type, its fields, its remaining life, its size.',
    'Send the same cookie to each server directly, and a request without a cookie as a control.',
    'Send requests with the cookie through the balancer and note which server answered each.',
    'Delete the key by hand and ask each server again: a server that kept a copy of its own would still answer 200.',
    'Log two more users in, log one of them out at one server, and send the cookie of before to each server at once; the other user is the control.',
    'Log a last user in, kill the server that made the session (kill -9), ask the others directly and through the balancer, start it again and ask all.',
  ] as readonly string[],
  limits: [
    'MEMORY USAGE leaves out what Redis itself needs to find the key; experiment 4.3 measures bytes per session by the difference in used memory.',
    'One Redis, on the same machine. How fast the shared store is belongs to experiments 4.1 and 4.2.',
  ] as readonly string[],

  progress: {
    direct: 'asking each server directly',
    balanced: (requests: number): string => `sending ${requests} requests through the balancer`,
    logout: (server: string): string => `logging another user out at ${server}`,
    kill: (server: string): string => `kill -9 of ${server}, which made a session`,
    restart: (server: string): string => `starting ${server} again`,
  },
  keyTable: { title: 'The key as Redis shows it', columns: ['Property', 'Value'] },
  keyRows: { name: 'key', type: 'TYPE', ttl: 'PTTL in ms', memory: 'MEMORY USAGE in bytes', field: 'field ' },
  keysBefore: 'session keys before the login',
  keysAfter: 'session keys after the login',
  stepTable: { title: 'The same cookie at each server' },
  steps: {
    step: 'Step',
    direct: 'with the cookie',
    anonymous: 'without a cookie (control)',
    removed: 'with the cookie, key deleted from Redis',
    beforeLogout: 'second user, before the logout',
    loggedOut: (server: string, afterMs: number): string =>
      `second user, within ${milliseconds(afterMs)} of the logout at ${server}`,
    beforeDeath: (server: string): string => `last user, logged in by ${server}`,
    killed: (server: string): string => `last user, ${server} killed`,
    returned: (server: string): string => `last user, ${server} started again`,
  },
  chart: (requests: number): string => `${requests} requests of one client through the balancer`,
  chartNote: (statuses: readonly Status[]): string => `Answered: ${statusCounts(statuses)}.`,
  chartAxes: { x: 'server', y: 'requests' },
  noServer: 'no answer',

  headline: (statuses: readonly Status[]): string => statusList(statuses),
  evidence: {
    noLogin: (status: Status): string => `The login was answered ${status}, so there was no session to look at.`,
    stored: (keys: number, ttlMs: number, removed: readonly Status[]): string =>
      `The login made ${keys} key with ${ttlMs} ms to live that names the user. Once it was deleted from Redis the ` +
      `servers answered ${statusList(removed)}: none had a copy of its own.`,
    notStored: (keys: number): string =>
      `After the login Redis held ${keys} session keys, and 1 was expected that names the user.`,
    copied: (removed: readonly Status[]): string =>
      `After the key had been deleted from Redis the servers answered ${statusList(removed)}: a server serves the session from elsewhere.`,
    direct: (statuses: readonly Status[], sameUser: number, anonymous: readonly Status[]): string =>
      `The servers answered ${statusList(statuses)}, ${sameUser} of ${statuses.length} for the user who had logged in; ` +
      `without the cookie ${statusList(anonymous)}.`,
    uncontrolled: (anonymous: readonly Status[]): string =>
      `A request without a cookie was answered ${statusList(anonymous)}, so a 200 says nothing about the session.`,
    balanced: (statuses: readonly Status[], spread: readonly number[]): string =>
      `${statuses.length} requests were answered ${statusCounts(statuses)}, spread ${spread.join(' / ')} over the servers.`,
    notSpread: (spread: readonly number[]): string =>
      `The requests were spread ${spread.join(' / ')}: that is not round robin, so the question was not put.`,
  },
  findings: {
    free: (spread: readonly number[]): string =>
      `A client can change the server at every request (${spread.join(' / ')} here) and stays logged in: servers may come and go, and the balancer needs no rule.`,
    onePlace:
      'What is deleted from Redis is logged out at all servers at once: logging out and revoking are one operation in one place.',
    loggedOut: (server: string, after: readonly Status[], afterMs: number): string =>
      `A logout at ${server} was in force at all servers at once: the cookie of before was answered ${statusList(after)} within ${milliseconds(afterMs)}, and another user stayed logged in.`,
    stillLoggedIn: (server: string, after: readonly Status[]): string =>
      `A logout at ${server} was not in force at all servers: the cookie of before was answered ${statusList(after)}.`,
    outlivesServer: ({ server, others, balanced, returned }: SeenOfDeath): string =>
      `A session outlives the server that made it: with ${server} killed the others answered ${statusList(others)} and the balancer ${statusCounts(balanced)}; started again, it had lost nothing either (${statusList(returned)}). A deployment need not log anybody out.`,
    lostWithServer: ({ server, others, balanced, returned }: SeenOfDeath): string =>
      `A session suffered when the server that made it died: with ${server} killed the others answered ${statusList(others)} and the balancer ${statusCounts(balanced)}; once it was started again, all answered ${statusList(returned)}.`,
    missing: (statuses: readonly Status[]): string =>
      `Not every server knew the session (${statusList(statuses)}): the store is not shared, or a server can not reach it.`,
  },
};

export type SharedSessionWords = typeof sharedSessionWords;
