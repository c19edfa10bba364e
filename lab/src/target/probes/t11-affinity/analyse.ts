/** What experiment 1.1 on a target concludes from what it saw. */
import type { Analysis, Judgement } from '../../../experiments/experiment.ts';
import { countOf, type Status } from '../../../experiments/wording.ts';
import { countTold, judgeAll } from '../../outcomes.ts';
import type { Outcome } from '../../visitor.ts';
import type { AffinityWords } from './words.ts';

export type AffinityRequest = {
  readonly status: Status;
  readonly outcome: Outcome;
  /** Which node answered; `null` when that is not known. */
  readonly server: string | null;
};

export type AffinityObservations = {
  readonly nodes: readonly string[];
  /** Of the lab's own balancer; `null` for another one. */
  readonly policy: string | null;
  /** Known from the answer itself, or from which node knew the session. */
  readonly told: 'answer' | 'session';
  /** Requests of one logged-in client through the balancer. */
  readonly single: readonly AffinityRequest[];
  /** Where the first request of each of many clients ended. */
  readonly clients: readonly (string | null)[];
};

/** So many different clients would hardly all land on one node by chance. */
const enoughClients = 10;

export function analyseAffinity(observations: AffinityObservations, words: AffinityWords): Analysis {
  const { single, clients, nodes } = observations;
  const judgements = [
    judgeOne(observations, words),
    judgeSpread(observations, words),
    judgeLoggedIn(observations, words),
  ];
  const stays = judgements[2]?.verdict;
  return {
    headline: words.headline(
      new Set(single.map(({ server }) => server)).size,
      countTold(single, 'recognised'),
      single.length,
    ),
    tables: [
      {
        ...words.table,
        rows: rowsOf(
          words,
          nodes,
          single.map(({ server }) => server),
          clients,
        ),
      },
    ],
    charts: [],
    judgements,
    findings: [
      ...(stays === 'confirmed' ? [words.findings.stays] : []),
      ...(stays === 'refuted' ? [words.findings.loses(countTold(single, 'logged-out'), single.length)] : []),
    ],
  };
}

function judgeOne({ single }: AffinityObservations, words: AffinityWords): Judgement {
  const servers = single.map(({ server }) => server);
  const seen = new Set(servers.filter((server) => server !== null));
  const switches = servers.filter((server, index) => index > 0 && server !== servers[index - 1]).length;
  const evidence = words.evidence.single(single.length, seen.size, switches);
  if (seen.size > 1) return { id: 'H1', verdict: 'refuted', evidence };
  return { id: 'H1', verdict: seen.size === 1 && !servers.includes(null) ? 'confirmed' : 'undecided', evidence };
}

function judgeSpread({ clients, policy, nodes }: AffinityObservations, words: AffinityWords): Judgement {
  const counts = countOf(clients.filter((server) => server !== null));
  const evidence = words.evidence.spread(clients.length, counts.size, nodes.length, policy === null);
  if (counts.size > 1) return { id: 'H2', verdict: 'confirmed', evidence };
  // Another balancer may tell clients apart by an address, and ours have one.
  const enough = policy !== null && clients.length >= enoughClients && counts.size === 1;
  return { id: 'H2', verdict: enough ? 'refuted' : 'undecided', evidence };
}

function judgeLoggedIn({ single }: AffinityObservations, words: AffinityWords): Judgement {
  const evidence = words.evidence.loggedIn(countTold(single, 'recognised'), single.length);
  return { id: 'H3', verdict: judgeAll(single, 'recognised'), evidence };
}

function rowsOf(
  words: AffinityWords,
  nodes: readonly string[],
  single: readonly (string | null)[],
  clients: readonly (string | null)[],
): (string | number)[][] {
  const [ofOne, ofMany] = [countOf(single), countOf(clients)];
  const names = [...new Set([...nodes, ...single, ...clients])];
  const seen = names.filter((name) => ofOne.has(name) || ofMany.has(name));
  return seen.map((name) => [name ?? words.unknown, ofOne.get(name) ?? 0, ofMany.get(name) ?? 0]);
}
