/** Everything experiment 3.2 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import { toldInWords } from '../../words/told.ts';
import type { ForgedAnswer, Forgery } from './analyse.ts';

export const forgedTokenWords = {
  told: toldInWords,
  title: 'Forged tokens',
  question: 'Are forged tokens refused?',
  hypotheses: [
    { id: 'H1', statement: 'A token whose claims or signature were changed is refused.' },
    { id: 'H2', statement: 'A token that says it needs no signature (alg: none) is refused.' },
    { id: 'H3', statement: 'The refusal is "not logged in", not an error of the server.' },
  ] as readonly Hypothesis[],
  design: [
    'Log a user in and take the token apart, which needs no key.',
    'Send it with exp a day later, with a role "admin", with another signature, and with alg: none, and ask "who am I".',
    'Send the genuine token again, to see that it was still valid.',
  ] as readonly string[],
  limits: ['Only what can be made without a key is tried; a weak key is not guessed.'] as readonly string[],
  table: { title: 'What each token was answered', columns: ['Token', 'Answer'] },
  forgeries: {
    'exp-edited': 'exp a day later',
    'role-added': 'role "admin"',
    'signature-altered': 'signature altered',
    'alg-none': 'alg: none, no signature',
    'alg-none-signed': 'alg: none, the old signature',
  } as Readonly<Record<Forgery, string>>,
  genuine: 'the genuine one',
  headline: (letIn: number, forgeries: number): string => `${letIn} of ${forgeries} forgeries let in`,
  evidence: {
    refused: (letIn: number, answers: readonly ForgedAnswer[]): string =>
      `${letIn} of ${answers.length} were let in: ${answers.map(toldInWords).join(' / ')}.`,
    refusals: (answers: readonly ForgedAnswer[]): string => `The answers: ${answers.map(toldInWords).join(' / ')}.`,
  },
  findings: {
    token: (algorithm: string | null, hasExpiry: boolean): string =>
      `The token is signed with ${algorithm ?? 'an unnamed algorithm'} and ${hasExpiry ? 'ends by its own exp' : 'has no exp: by itself it never ends'}.`,
    letIn:
      'Whoever has one token can make others. Verify the signature with a fixed list of algorithms before reading a claim.',
  },
};

export type ForgedTokenWords = typeof forgedTokenWords;
