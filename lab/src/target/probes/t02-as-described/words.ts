/** Everything experiment 0.2 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import { type Status, statusList } from '../../../experiments/wording.ts';
import type { TargetDescription } from '../../preflight.ts';
import { type Told, toldInWords } from '../../words/told.ts';

type Credential = TargetDescription['credential'];

const named = ({ kind, cookies, isJwt }: Credential): string => {
  const what = kind === 'bearer' ? 'a bearer token' : `the cookie ${cookies.join(' + ')}`;
  return isJwt ? `${what}, a JSON Web Token` : what;
};

export const asDescribedWords = {
  told: toldInWords,
  title: 'The application as its file describes it',
  question: 'Does the application answer as its file says?',
  hypotheses: [
    { id: 'H1', statement: 'After a login at a node, "who am I" at that node names the user.' },
    {
      id: 'H2',
      statement: 'Without a credential "who am I" says "not logged in", in the way that the file describes.',
    },
    { id: 'H3', statement: 'A wrong password does not log in.' },
  ] as readonly Hypothesis[],
  design: [
    'Ask each node "who am I" without a credential.',
    'Log the first user in at each node and ask that node.',
    'Leave out one cookie after the other, to find those that make the session (unless the file names it).',
    'Log in once with a password that can not be right.',
  ] as readonly string[],
  limits: [
    'One browser-like client without JavaScript: it keeps cookies and sends forms, and follows no redirects.',
  ] as readonly string[],
  table: {
    title: 'Login and "who am I" at each node',
    columns: ['Where', 'Login', '"Who am I" then', 'Before the login'],
  },
  wrongPassword: (id: string): string => `${id}, with a wrong password`,
  headline: (nodes: number, credential: Credential): string =>
    `${nodes === 1 ? '1 node' : `${nodes} nodes`}, ${named(credential)}`,
  evidence: {
    known: (told: readonly Told[]): string =>
      `"Who am I" after the login, node by node: ${told.map(toldInWords).join(' / ')}.`,
    anonymous: (told: readonly Told[]): string => `Before the login: ${told.map(toldInWords).join(' / ')}.`,
    wrongPassword: (login: Status, told: Told): string =>
      `A login with a wrong password was answered ${statusList([login])}, and "who am I" afterwards ${toldInWords(told)}.`,
  },
  findings: {
    credential: (credential: Credential): string =>
      `What a logged-in client sends is ${named(credential)} (${credential.sizeBytes} bytes).`,
    anyPassword: 'Anybody can log in as this user: a wrong password was let in.',
  },
};

export type AsDescribedWords = typeof asDescribedWords;
