/** Everything experiment 1.1 on a target says. */
import type { Hypothesis } from '../../../experiments/experiment.ts';
import type { Status } from '../../../experiments/wording.ts';

export const affinityWords = {
  title: 'The balancer in front of the application',
  question: 'Where does the balancer send a client, and does the client stay logged in?',
  hypotheses: [
    { id: 'H1', statement: 'All requests of one client go to one node.' },
    { id: 'H2', statement: 'Different clients are spread over the nodes.' },
    { id: 'H3', statement: 'Wherever the balancer sends it, the client stays logged in.' },
  ] as readonly Hypothesis[],
  design: [
    'Log one client in through the balancer and ask "who am I" 20 times through it.',
    'Note which node answered: as the answer says, or, where only one node knows the session, by whether it is known.',
    "Send many new clients through the balancer, with different addresses where it is the lab's own.",
  ] as readonly string[],
  limits: [
    "All clients connect from this machine. A balancer that is not the lab's sees one address, unless it trusts X-Forwarded-For.",
  ] as readonly string[],
  clients: (clients: number): string => `${clients} clients through the balancer`,
  loginFailed: (status: Status, problem: string | null): string =>
    `A login through the balancer was answered ${status}${problem === null ? '' : ` (${problem})`}, and no node knew the user afterwards.`,
  table: { title: 'Which node answered', columns: ['Node', 'Requests of one client', 'Clients'] },
  unknown: 'not known',
  headline: (servers: number, known: number, requests: number): string =>
    `one client, ${servers} ${servers === 1 ? 'node' : 'nodes'}; logged in ${known}/${requests}`,
  evidence: {
    single: (requests: number, servers: number, switches: number): string =>
      `${requests} requests of one client were answered by ${servers} ${servers === 1 ? 'node' : 'nodes'}, with ${switches} changes.`,
    spread: (clients: number, servers: number, nodes: number, foreign: boolean): string =>
      `${clients} clients ended at ${servers} of ${nodes} nodes${foreign ? ', all of them with one address' : ''}.`,
    loggedIn: (known: number, requests: number): string =>
      `${known} of ${requests} requests through the balancer knew the user.`,
  },
  findings: {
    stays: 'The balancer and the sessions fit together: a client stays logged in wherever it is sent.',
    loses: (lost: number, requests: number): string =>
      `${lost} of ${requests} requests of a logged-in client were answered "not logged in", because the balancer sent them to a node that does not know the session. ` +
      'Share the sessions between the nodes, or keep each client on one node.',
  },
};

export type AffinityWords = typeof affinityWords;
