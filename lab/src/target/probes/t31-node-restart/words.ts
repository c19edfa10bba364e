/** Everything experiment 3.1 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import { type Status, seconds } from '../../../experiments/wording.ts';
import { type Told, toldInWords } from '../../words/told.ts';

export const nodeRestartWords = {
  told: toldInWords,
  title: 'The restart of a node',
  question: 'Does a session outlive a restart of the node that made it?',
  hypotheses: [
    { id: 'H1', statement: 'After the restart the node knows a session that it made before.' },
    { id: 'H2', statement: 'After the restart a user can log in.' },
  ] as readonly Hypothesis[],
  design: [
    'Log a user in at one node.',
    'Restart this node as for a new version: SIGTERM with five seconds to end, or the stop command of the file, then start.',
    'Ask "who am I" at it with the credential from before, and log in anew.',
  ] as readonly string[],
  limits: [
    'The node comes back with the same configuration. One whose key is made at its start can not know old tokens.',
  ] as readonly string[],
  restarting: (id: string): string => `restarting ${id}`,
  table: { title: 'At the restarted node', columns: ['Credential', 'Answer'] },
  fromBefore: 'from before the restart',
  newLogin: 'from a new login',
  headline: (told: Told): string => `after the restart: ${toldInWords(told)}`,
  evidence: {
    after: (node: string, told: Told, restartMs: number): string =>
      `${node} was back after ${seconds(restartMs)}; to the credential from before it said ${toldInWords(told)}.`,
    newLogin: (login: Status, told: Told): string =>
      `A new login was answered ${login}, and "who am I" ${toldInWords(told)}.`,
  },
  findings: {
    survives: 'A restart logs nobody out: what makes a session is not only in the memory of the node.',
    lost: 'A restart logs out every user of the node: its sessions, or the key to its tokens, are only in its memory.',
  },
};

export type NodeRestartWords = typeof nodeRestartWords;
