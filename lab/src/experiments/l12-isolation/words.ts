/** Everything experiment 1.2 says. */
import type { Hypothesis } from '../experiment.ts';
import { milliseconds, type Status, statusList } from '../wording.ts';

export const isolationWords = {
  title: 'Sessions in the memory of one server',
  question: "Are the servers' sessions isolated from each other?",
  hypotheses: [
    { id: 'H1', statement: 'A session is stored in the server that made it, and nowhere else.' },
    { id: 'H2', statement: 'Only the server that made a session recognises its id.' },
    { id: 'H3', statement: 'A request that reaches another server is answered 401 "session not found".' },
  ] as readonly Hypothesis[],
  design: [
    'Ask each of three servers how many sessions it holds.',
    'Log users in through the balancer, each from an address of its own, and note which server made the session.',
    "Send each user's cookie to every server directly, past the balancer: status and body of each.",
    'Ask each server again what it holds, and compare with the logins it answered.',
    "Change each user's address until the balancer leads to another server, and send the cookie there.",
    'Log the first user out at the server that made its session, and send the cookie of before to every server; ask for the profiles of all others as a control.',
  ] as readonly string[],
  limits: [
    'A server that copies its sessions to others would not be isolated; these do not, as with the memory store of any web framework.',
  ] as readonly string[],

  progress: {
    login: (user: number, users: number): string => `user ${user} of ${users} logs in and asks each server`,
    misroute: 'looking for an address that leads to another server',
    logout: (server: string): string => `logging the first user out at ${server}`,
  },
  directTable: {
    title: 'The same cookie at each server (first user)',
    columns: ['Server', 'Its part', 'Status', 'Answer'],
  },
  madeIt: 'made the session',
  didNot: 'did not make it',
  viaBalancer: 'reached through the balancer from a new address',
  madeItLoggedOut: 'made the session, after the logout',
  didNotLoggedOut: 'did not make it, after the logout',
  knows: (userId: string): string => `knows ${userId}`,
  heldTable: {
    title: 'What each server holds after all logins',
    columns: ['Server', 'Logins it answered', 'Sessions it holds', 'Whose'],
  },

  headline: (statuses: readonly Status[]): string => statusList(statuses),
  evidence: {
    held: (counts: readonly (number | null)[], logins: readonly number[]): string =>
      `The servers hold ${counts.map((count) => count ?? '–').join(' / ')} sessions after they answered ${logins.join(' / ')} logins; before, they held none.`,
    notSeen: (counts: readonly (number | null)[]): string =>
      `The servers told of ${counts.map((count) => count ?? '–').join(' / ')} sessions: not enough to compare with the logins.`,
    notEmpty: 'A server held sessions before the first login, so the counts can not be told apart.',
    recognised: (seen: { recognised: number; owners: number; strangers: number; others: number }): string =>
      `The server that had made the session knew its user in ${seen.recognised} of ${seen.owners} cases, another server in ${seen.strangers} of ${seen.others}.`,
    misrouted: (seen: { told: number; answers: number; balanced: number }): string =>
      `${seen.told} of ${seen.answers} requests at a server that had not made the session were answered 401 "session not found", ` +
      `${seen.balanced} of them sent there by the balancer.`,
  },
  findings: {
    isolated: (others: number): string =>
      `A good cookie is worthless one server further: ${others} of ${others} such requests were refused. Whatever takes a client elsewhere (a new address, a new server, a changed weight) logs the user out.`,
    lookAlike:
      'The user sees the same 401 as after a logout or an expiry, so a misrouted request looks like a lost session in the logs. The name of the server in each answer tells them apart.',
    otherWords: (ended: string): string =>
      `The user sees the same 401 as after a logout; only the words differ: "${ended}" from the server that made the session, "session not found" from another. So a misrouted request looks like a lost session in the logs. The name of the server in each answer tells them apart.`,
    notIsolated: (strangers: number, others: number): string =>
      `${strangers} of ${others} requests at a server that had not made the session were served: these sessions are not isolated as expected.`,
    loggedOut: (server: string, after: readonly Status[], afterMs: number, others: number): string =>
      `Logout takes effect at once: the cookie of a user who had logged out at ${server} was answered ${statusList(after)} within ${milliseconds(afterMs)}, and ${others} other users stayed logged in. The server that made the session is the only one that has to know.`,
    stillLoggedIn: (server: string, after: readonly Status[]): string =>
      `Logout has no effect: the cookie of a user who had logged out at ${server} was still answered ${statusList(after)}.`,
  },
};

export type IsolationWords = typeof isolationWords;
