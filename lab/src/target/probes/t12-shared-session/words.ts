/** Everything experiment 1.2 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import { toldInWords } from '../../words/told.ts';

export const sharedSessionWords = {
  told: toldInWords,
  title: 'A session at the other nodes',
  question: 'Does every node know a session that one of them made?',
  hypotheses: [
    { id: 'H1', statement: 'The node that made a session knows its user.' },
    { id: 'H2', statement: 'Every other node knows the user too.' },
    { id: 'H3', statement: 'No node takes the user for somebody else.' },
  ] as readonly Hypothesis[],
  design: [
    'Log the first user in at each node in turn, past the balancer.',
    'Send the same credential to every node and ask "who am I", the node that made it first.',
  ] as readonly string[],
  limits: [
    'Each node is asked once, at once: a store that copies with a delay looks as if it did not share.',
  ] as readonly string[],
  asking: (id: string): string => `a session of ${id} at every node`,
  table: { title: 'The same credential at each node', columns: ['Logged in at', 'Asked', 'Answer'] },
  evidence: {
    own: (known: number, asked: number): string =>
      `${known} of ${asked} sessions were known at the node that made them.`,
    others: (known: number, asked: number): string =>
      `${known} of ${asked} questions at the other nodes were answered with the user.`,
    another: (wrong: number, asked: number): string => `${wrong} of ${asked} answers named another user.`,
  },
  findings: {
    shared: 'The nodes share their sessions, or need none: any balancer will do, and a node can leave at any time.',
    isolated:
      'Each node knows only its own sessions. The balancer must keep a client on one node, and what a node knows is lost with it.',
    partly: (known: number, asked: number): string =>
      `Only some nodes share their sessions: ${known} of ${asked} questions at other nodes were answered with the user. Look at how the nodes that did not are configured.`,
    another: 'A node took the user for somebody else. Treat this as a security incident.',
  },
};

export type SharedSessionWords = typeof sharedSessionWords;
