/** Everything experiment 3.2 says. */
import type { Hypothesis } from '../experiment.ts';
import { answersInWords, range, seconds } from '../wording.ts';

type Answers = Parameters<typeof answersInWords>[0];

export const tokenExpiryWords = {
  title: 'The end of a token',
  question: 'What happens when a token expires?',
  hypotheses: [
    { id: 'H1', statement: 'The token says when it ends: there is an exp.' },
    { id: 'H2', statement: 'The server checks it.' },
    { id: 'H3', statement: 'Afterwards the answer is 401.' },
  ] as readonly Hypothesis[],
  design: [
    'Issue tokens that live 5 s (times the time scale of this run, but at least 3 s: their times are whole seconds, and of a shorter life rounding would eat most).',
    'Send one to each server at once, after three fifths of its life (3 s of 5 s), and after six fifths (6 s of 5 s).',
    'Issue further ones at several moments within a second and ask every 25 ms until the first refusal: how long did each really live?',
    'Send forgeries: exp moved by an hour under the old signature; a better role under the old signature; alg "none", with and without the old signature; a signature by another key.',
    'Send tokens as servers with wrong clocks would issue them, made with the key that all servers share: iat, exp and, where said, nbf are off by the same seconds. The servers allow no tolerance.',
  ] as readonly string[],
  limits: [
    'All servers run on one machine and share its clock. A wrong clock was simulated on the side of the issuer; a server whose own clock is off by as much the other way decides alike.',
    'A tolerance (clockToleranceSeconds) stretches exp and nbf by as much; it was 0 here.',
    'HS256 only. Confusing RS256 with HS256 can not happen with a single secret key and was not tried.',
  ] as readonly string[],

  progress: {
    forgeries: 'sending forgeries and tokens of wrong clocks',
    lives: (tokens: number, ttlSeconds: number): string => `following ${tokens} tokens of ${ttlSeconds} s to their end`,
  },
  never: '–',
  yes: 'yes',
  no: 'no',
  walkTable: { title: 'One token over its life' },
  walkColumns: { moment: 'After the login', answer: 'Words of the refusal' },
  moment: (ms: number): string => seconds(ms),
  lifeTable: {
    title: 'How long tokens really lived',
    columns: [
      'Issued: ms after the full second',
      'exp − iat in s',
      'Lived in ms',
      '± ms',
      'ms from issue to exp',
      'Words of the refusal',
    ],
  },
  forgeryTable: { title: 'Forgeries' },
  forgeryColumns: { token: 'Token', answer: 'Words of the refusal' },
  forgeries: {
    'exp edited': 'exp moved by an hour, old signature',
    'role edited': 'role changed to admin, old signature',
    'alg none': 'alg "none", no signature',
    'alg none, old signature': 'alg "none", old signature',
    'another key': 'signed with another key',
  },
  skewTable: { title: 'Tokens of servers whose clock is off' },
  skewColumns: { clock: 'Clock of the issuer', notBefore: 'With nbf', answer: 'Words of the refusal' },
  offset: (offsetSeconds: number): string =>
    offsetSeconds === 0 ? 'right' : `${Math.abs(offsetSeconds)} s ${offsetSeconds < 0 ? 'slow' : 'fast'}`,
  chart: (ttlSeconds: number): { title: string; xTitle: string; yTitle: string } => ({
    title: `Life of a ${ttlSeconds} s token, by the moment of its issue`,
    xTitle: 'issued: milliseconds after the full second',
    yTitle: 'life in ms',
  }),
  series: { measured: 'measured', claimed: 'exp − iat' },

  headline: (ttlSeconds: number, livedMs: readonly number[]): string =>
    livedMs.length === 0
      ? `no life of a ${ttlSeconds} s token was measured`
      : `a ${ttlSeconds} s token lived ${range(livedMs, seconds)}`,
  evidence: {
    noTokens: 'No token was accepted to begin with, or not all steps were made.',
    exp: (asSaid: number, tokens: number, ttlSeconds: number): string =>
      `exp − iat was ${ttlSeconds} s in ${asSaid} of ${tokens} tokens.`,
    checked: (past: Answers, edited: Answers): string =>
      `A token with a good signature whose exp had passed was answered ${answersInWords(past)}; one whose exp was moved, ${answersInWords(edited)}.`,
    refused: (
      walk: readonly (Answers & { afterMs: number })[],
      seen: number,
      tokens: number,
      late: number,
      early: number,
    ): string =>
      `${walk.map((step) => `After ${seconds(step.afterMs)}: ${answersInWords(step)}.`).join(' ')} Of ${tokens} more tokens ${seen} were followed to their ` +
      `first refusal; ${late} were accepted after their exp and ${early} refused before it.`,
  },
  findings: {
    shorter: (ttlSeconds: number, livedMs: readonly number[]): string =>
      `A token lives up to one second less than it says: iat is written in whole seconds, rounded down, and exp follows from it. Tokens of ${ttlSeconds} s lived ${range(livedMs, seconds)}, depending on the moment of their issue.`,
    forged: (forgeries: number): string =>
      `All ${forgeries} kinds of forgery were refused by all servers: what the payload says counts only under a good signature, and the header does not choose the algorithm.`,
    forgedAccepted: (names: readonly string[]): string => `Forged tokens were accepted: ${names.join('; ')}.`,
    skew: (offsetSeconds: number): string =>
      `Clocks matter: a token of a server that is ${offsetSeconds} s fast is accepted and lives ${offsetSeconds} s longer; with nbf it is refused until the others have caught up. Keep clocks in step, or allow a small tolerance.`,
  },
};

export type TokenExpiryWords = typeof tokenExpiryWords;
