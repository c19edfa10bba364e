/** Everything experiment 5.1 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import { type Told, toldInWords } from '../../words/told.ts';

type Kind = 'visitor' | 'loggedIn' | 'invented';

export const fixationWords = {
  told: toldInWords,
  title: 'Session fixation',
  question: 'Does the session get a new id at login?',
  hypotheses: [
    { id: 'H1', statement: 'A login replaces the id that the browser had before.' },
    { id: 'H2', statement: 'Who knows the id from before the login is not logged in by it.' },
    { id: 'H3', statement: 'An id that the application never gave out is not adopted.' },
  ] as readonly Hypothesis[],
  design: [
    'Plant a cookie in a browser: one that the application gives to visitors, one of somebody who is logged in, and an invented one.',
    'Log a user in with this browser, and compare the ids before and after; a Set-Cookie header alone says nothing.',
    'Ask "who am I" with the planted cookie.',
  ] as readonly string[],
  limits: [
    'How an attacker could plant a cookie (a neighbouring subdomain, an open network) is not looked at.',
  ] as readonly string[],
  table: {
    title: 'A login over a planted cookie',
    columns: ['Planted', 'Id after the login', 'The planted cookie then'],
  },
  kinds: {
    visitor: "a visitor's",
    loggedIn: 'of another user, logged in',
    invented: 'invented',
  } as Readonly<Record<Kind, string>>,
  notTried: {
    visitor: 'visitors get no session',
    loggedIn: 'no login over it',
    invented: 'no login over it',
  } as Readonly<Record<Kind, string>>,
  changed: (changed: boolean | undefined): string => (changed === undefined ? '–' : changed ? 'a new one' : 'the same'),
  headline: (changes: boolean | undefined): string =>
    changes === undefined ? 'not seen' : changes ? 'a new id at login' : 'the same id after the login',
  evidence: {
    changes: (changed: number, logins: number): string =>
      `${changed} of ${logins} logins over a planted session replaced its id.`,
    attacker: (known: number, told: readonly Told[]): string =>
      `With the planted cookie ${known} of ${told.length} times the victim's account was open${told.length === 0 ? '' : ` (${told.map(toldInWords).join(' / ')})`}.`,
    invented: (changed: boolean, told: Told): string =>
      `After a login over an invented id the browser had ${changed ? 'another one' : 'the same'}, and the invented one was answered ${toldInWords(told)}.`,
    inventedNotTried: 'No login over an invented id was possible.',
  },
  findings: {
    changes: 'The id is replaced at login: an id that somebody planted or read before is worth nothing.',
    stays: 'The id stays the same at login. Regenerate it whenever the user or the privileges of a session change.',
    hole: "Session fixation is possible: whoever plants a cookie before the login is in the victim's account after it.",
  },
};

export type FixationWords = typeof fixationWords;
