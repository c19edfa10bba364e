/** Everything experiment 1.3 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import { milliseconds, type Status } from '../../../experiments/wording.ts';
import { type Told, toldInWords } from '../../words/told.ts';

export const nodeDeathWords = {
  told: toldInWords,
  title: 'The death of a node',
  question: 'What is lost when a node dies?',
  hypotheses: [
    { id: 'H1', statement: 'Sessions that were made at the dead node live on at the others.' },
    { id: 'H2', statement: 'Through the balancer every request is answered.' },
    { id: 'H3', statement: 'A user can log in at a living node.' },
  ] as readonly Hypothesis[],
  design: [
    'Log each user of the file in at one node (six at most).',
    'Kill this node at once: SIGKILL, or the stop command of the file.',
    "Send each user's credential to every living node, and then through the balancer, if there is one.",
    'Log a user in at a living node.',
  ] as readonly string[],
  limits: [
    'One node dies while nothing is under way; requests that it was working on are not looked at.',
  ] as readonly string[],
  killing: (id: string): string => `killing ${id}`,
  table: { title: 'After the death of the node', columns: ['Credential', 'Asked', 'Answer'] },
  session: (index: number): string => `session ${index}`,
  allSessions: 'all sessions in turn',
  balancer: 'the balancer',
  newLogin: 'a new login',
  headline: (kept: number, sessions: number): string => `${kept}/${sessions} sessions kept`,
  evidence: {
    survival: (kept: number, sessions: number, known: number, asked: number): string =>
      `${kept} of ${sessions} sessions of the dead node were known at every living node (${known} of ${asked} answers named the user).`,
    noBalancer: 'The file names no balancer.',
    balanced: (failed: number, requests: number, longestMs: number): string =>
      `${failed} of ${requests} requests through the balancer failed; the longest took ${milliseconds(longestMs)}.`,
    newLogin: (login: Status, told: Told): string =>
      `A login at a living node was answered ${login}, and "who am I" ${toldInWords(told)}.`,
  },
  findings: {
    survives: (victim: string): string => `${victim} died and nobody was logged out.`,
    lost: (lost: number, sessions: number): string =>
      `${lost} of ${sessions} users of the dead node had to log in again. A new version that is rolled out does the same to every user, node by node.`,
  },
};

export type NodeDeathWords = typeof nodeDeathWords;
