/** Everything experiment 2.3 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import { milliseconds, type Status, seconds, statusCounts } from '../../../experiments/wording.ts';
import { outcomeWords, type Told, toldInWords } from '../../words/told.ts';
import type { OutageKind } from './analyse.ts';

const kinds: Readonly<Record<OutageKind, string>> = { stopped: 'stopped', frozen: 'frozen' };

export const storeOutageWords = {
  told: toldInWords,
  outcomes: outcomeWords,
  title: 'The store of the sessions away',
  question: 'What happens when the store of the sessions is away?',
  hypotheses: [
    { id: 'H1', statement: 'During the outage nobody is told "not logged in".' },
    { id: 'H2', statement: 'During the outage every request is answered in time.' },
    { id: 'H3', statement: 'When the store is back, users can log in at every node without a restart.' },
  ] as readonly Hypothesis[],
  design: [
    'Log a user in, and stop the store: SIGKILL, or the stop command of the file.',
    'Ask every node "who am I", the first one once more, and log another user in.',
    'Start the store, and try to log in at every node until it works.',
    "The same with a store that is frozen (SIGSTOP), where it is the lab's own.",
  ] as readonly string[],
  limits: [
    "The lab's own Redis keeps nothing: a session is gone after a kill, whatever the application does.",
    'Requests come one after the other; a queue that fills up under load is not seen.',
  ] as readonly string[],
  outage: (kind: OutageKind): string => `the store is ${kinds[kind]}`,
  notRecovered: 'After the outage nobody could log in at some node; the nodes were restarted.',
  table: (kind: OutageKind) => ({
    title: `The store ${kinds[kind]}`,
    columns: ['What', 'Answers', 'That is', 'Longest'],
  }),
  requests: { whoami: '"who am I", every node', login: 'a login' },
  oldSession: 'the session from before, afterwards',
  newLogin: 'a login works again everywhere',
  never: 'not in time',
  afterMs: (ms: number): string => `${milliseconds(ms)} after the return of the store`,
  longest: (ms: number): string => milliseconds(ms),
  headline: (stopped: readonly Status[], frozen: readonly Status[] | null): string =>
    `stopped ${statusCounts(stopped)}${frozen === null ? '' : `; frozen ${statusCounts(frozen)}`}`,
  evidence: {
    honest: (loggedOut: number, asked: number, statuses: readonly Status[]): string =>
      `${loggedOut} of ${asked} answers during the outage said "not logged in" (${statusCounts(statuses)}).`,
    prompt: (seen: {
      timeouts: number;
      asked: number;
      longestMs: number;
      requestTimeoutMs: number;
      frozen: boolean;
    }): string =>
      `${seen.timeouts} of ${seen.asked} requests had no answer within ${seconds(seen.requestTimeoutMs)}; the longest took ${milliseconds(seen.longestMs)}` +
      `${seen.frozen ? '' : ' (stopped only, not frozen)'}.`,
    recovery: (times: readonly (number | null)[]): string =>
      `A login worked again at every node ${times.map((ms) => (ms === null ? 'not in time' : `after ${milliseconds(ms)}`)).join(', and ')}.`,
  },
  findings: {
    looksLikeLogout:
      'An outage looks like a logout: users are sent to log in again, which can not work either. Answer 503 with Retry-After while the store is away.',
    hangs:
      'Requests hang while the store is away, and hold connections and memory of the nodes. Give the client of the store a deadline, and let it fail at once while it is not connected.',
    noNeed: 'The application answered as before: "who am I" does not need the store.',
    oldSession: (told: Told): string => `After the outage a session from before it was answered ${toldInWords(told)}.`,
  },
};

export type StoreOutageWords = typeof storeOutageWords;
