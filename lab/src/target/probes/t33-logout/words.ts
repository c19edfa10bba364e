/** Everything experiment 3.3 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import { percent } from '../../../experiments/share.ts';
import { milliseconds, type Status, seconds, statusCounts } from '../../../experiments/wording.ts';
import { toldInWords } from '../../words/told.ts';
import type { StaleAccepts } from './analyse.ts';

const longest = ({ accepted, longestMs, isOver }: StaleAccepts): string =>
  accepted === 0 ? '–' : `${isOver ? '' : 'more than '}${milliseconds(longestMs)}`;

export const logoutWords = {
  told: toldInWords,
  title: 'Logout',
  question: 'Is a credential worthless after the logout, at once and at every node?',
  hypotheses: [
    { id: 'H1', statement: 'A second after the logout every node refuses the old credential.' },
    { id: 'H2', statement: 'The old credential is refused as soon as the logout has been answered.' },
    { id: 'H3', statement: 'The logout is answered as a success.' },
  ] as readonly Hypothesis[],
  design: [
    'Log two users in, note which nodes know the session of the first, log this one out, wait a second, and send the old credential to these nodes. The other user must still be logged in then.',
    'Then again and again: log in at one node, log out there, and send the old credential at once to another node that knew it (to the same one, where no other does).',
    'While it is still accepted, try again for a while, to see for how long.',
  ] as readonly string[],
  limits: [
    'The old credential is what an attacker may have copied; that a browser forgets its own is not enough.',
    'A credential that is accepted for less than the time of one request can not be seen.',
  ] as readonly string[],
  everyNode: 'a logout, and the old credential at every node',
  trials: (trials: number): string => `${trials} times a logout, and the old credential at once`,
  control: 'another user, who did not log out',
  table: (afterMs: number) => ({
    title: `The old credential ${seconds(afterMs)} after the logout`,
    columns: ['Who', 'Answer'],
  }),
  trialTable: {
    title: 'The old credential at once',
    columns: ['Trials', 'First answer', 'Accepted', 'For how long'],
  },
  longest,
  headline: (refused: number, nodes: number, stale: StaleAccepts): string =>
    `refused at ${refused}/${nodes} nodes; ${stale.accepted}/${stale.trials} stale accepts`,
  evidence: {
    effective: (known: number, asked: number, afterMs: number): string =>
      `${seconds(afterMs)} after the logout ${known} of ${asked} nodes that had known the session still accepted it.`,
    atOnce: (stale: StaleAccepts): string =>
      `In ${stale.accepted} of ${stale.trials} trials${stale.trials === 0 ? '' : ` (${percent(stale.accepted / stale.trials)})`} the old credential was accepted right after the logout` +
      `${stale.accepted === 0 ? '' : `, for ${longest(stale)} at most seen`}.`,
    answers: (accepted: number, statuses: readonly Status[], problem: string | null): string =>
      `${accepted} of ${statuses.length} logouts were answered as a success (${statusCounts(statuses)}${problem === null ? '' : `; ${problem}`}).`,
  },
  findings: {
    effective: 'A logout ends the session at every node: a copied credential is worth nothing afterwards.',
    notEffective: (accepted: boolean): string =>
      `The logout${accepted ? ' is answered as a success and' : ''} leaves the credential valid: who has copied it stays logged in until it expires. ` +
      'End the session in the store, or keep a deny-list of tokens.',
    late: (stale: StaleAccepts): string =>
      `It takes a moment: in ${stale.accepted} of ${stale.trials} trials the old credential worked for up to ${longest(stale)} after the answer.`,
  },
};

export type LogoutWords = typeof logoutWords;
