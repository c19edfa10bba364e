/** What the observations of experiment 1.1 mean. */
import type { ResultChart, ResultTable } from '../../results.ts';
import { testSpread } from '../even-spread.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import { type Interval, shareInterval } from '../share.ts';
import { countOf, type Status } from '../wording.ts';
import type { IpHashWords } from './words.ts';

/** Where the balancer sent one request. */
export type Destination = { readonly status: Status; readonly server: string | null };

/**
 * One client before and after its address changed: to any other (`random`), in its last octet only (`host`), or by one
 * in its third octet (`network`).
 */
export type AddressChange = {
  readonly kind: 'random' | 'host' | 'network';
  readonly from: Destination;
  readonly to: Destination;
};

export type IpHashObservations = {
  readonly servers: readonly string[];
  readonly single: { readonly address: string; readonly requests: readonly Destination[] };
  readonly clients: readonly { readonly address: string; readonly requests: readonly Destination[] }[];
  readonly spread: readonly ({ readonly address: string } & Destination)[];
  readonly changes: readonly AddressChange[];
};

/** How often a change of one kind moved the client to another server. */
interface Moves {
  readonly moved: number;
  readonly n: number;
  readonly interval: Interval;
}

/** Fewer changes say too little about a rate. */
const fewestChanges = 30;

export function analyseIpHash(observations: IpHashObservations, words: IpHashWords): Analysis {
  const { servers, spread, changes } = observations;
  const counts = countsOf(servers, spread);
  const random = movesOf(changes, 'random');
  const host = movesOf(changes, 'host');
  const network = movesOf(changes, 'network');
  const { switches, requests } = switchesOf(observations);
  const findings = [words.findings.moved(random.moved, random.n, servers.length)];
  if (host.n > 0)
    findings.push(host.moved === 0 ? words.findings.oneNetwork(host.n) : words.findings.hostMoved(host.moved, host.n));
  if (network.n > 0 && network.interval.low > 0.8) findings.push(words.findings.sequence(network.moved, network.n));
  return {
    headline: words.headline(switches, requests, random.n === 0 ? undefined : random.moved / random.n),
    tables: [spreadTable(observations, counts, words), changeTable(servers.length, { random, network, host }, words)],
    charts: [spreadChart(observations, counts, words)],
    judgements: [
      judgeSame(observations, words),
      judgeSpread(servers, counts, words),
      judgeMoved(servers, random, words),
    ],
    findings,
  };
}

function judgeSame({ single, clients, servers }: IpHashObservations, words: IpHashWords): Judgement {
  const all = [single, ...clients];
  const requests = all.flatMap((client) => client.requests);
  const answered = requests.filter(({ server }) => server !== null).length;
  const wandering = all.filter((client) => serversSeen(client.requests).size > 1).length;
  if (wandering > 0) return { id: 'H1', verdict: 'refuted', evidence: words.evidence.wandered(wandering, all.length) };
  if (answered < requests.length || single.requests.length < 2 || servers.length < 2) {
    return {
      id: 'H1',
      verdict: 'undecided',
      evidence: words.evidence.unanswered(requests.length - answered, requests.length),
    };
  }
  return {
    id: 'H1',
    verdict: 'confirmed',
    evidence: words.evidence.stayed(single.requests.length, requests.length, all.length),
  };
}

function judgeSpread(servers: readonly string[], counts: readonly number[], words: IpHashWords): Judgement {
  const { statistic, critical, outcome } = testSpread(counts);
  const verdict = { even: 'confirmed', uneven: 'refuted', undecided: 'undecided' } as const;
  const evidence =
    outcome === 'undecided'
      ? words.evidence.tooFewClients(counts, servers.length)
      : words.evidence.spread(counts, statistic, critical);
  return { id: 'H2', verdict: verdict[outcome], evidence };
}

function judgeMoved(servers: readonly string[], { moved, n, interval }: Moves, words: IpHashWords): Judgement {
  if (n < fewestChanges)
    return { id: 'H3', verdict: 'undecided', evidence: words.evidence.tooFewChanges(n, fewestChanges) };
  const theory = 1 - 1 / servers.length;
  const evidence = words.evidence.moved({ moved, n, interval, theory });
  return { id: 'H3', verdict: moved > 0 ? 'confirmed' : 'refuted', evidence };
}

function serversSeen(requests: readonly Destination[]): Set<string> {
  return new Set(requests.flatMap(({ server }) => server ?? []));
}

/** How often two requests of one client in a row were answered by different servers. */
function switchesOf({ single, clients }: IpHashObservations): { switches: number; requests: number } {
  let switches = 0;
  let requests = 0;
  for (const client of [single, ...clients]) {
    const servers = client.requests.flatMap(({ server }) => server ?? []);
    requests += client.requests.length;
    switches += servers.filter((server, index) => index > 0 && server !== servers[index - 1]).length;
  }
  return { switches, requests };
}

function movesOf(changes: readonly AddressChange[], kind: AddressChange['kind']): Moves {
  const complete = changes.filter(
    (change) => change.kind === kind && change.from.server !== null && change.to.server !== null,
  );
  const moved = complete.filter(({ from, to }) => from.server !== to.server).length;
  return { moved, n: complete.length, interval: shareInterval(moved, complete.length) };
}

function countsOf(servers: readonly string[], requests: readonly Destination[]): number[] {
  const counts = countOf(requests.map(({ server }) => server));
  return servers.map((server) => counts.get(server) ?? 0);
}

function spreadTable(
  { servers, single, clients, spread }: IpHashObservations,
  counts: readonly number[],
  words: IpHashWords,
): ResultTable {
  const ofSingle = countsOf(servers, single.requests);
  const ofTen = countsOf(
    servers,
    clients.flatMap(({ requests }) => requests.slice(0, 1)),
  );
  return {
    title: words.spreadTable.title,
    columns: words.spreadTable.columns(single.requests.length, clients.length, spread.length),
    rows: servers.map((server, index) => [
      server,
      ofSingle[index] ?? 0,
      ofTen[index] ?? 0,
      counts[index] ?? 0,
      words.percent((counts[index] ?? 0) / Math.max(1, spread.length)),
    ]),
  };
}

function changeTable(
  servers: number,
  moves: Readonly<Record<AddressChange['kind'], Moves>>,
  words: IpHashWords,
): ResultTable {
  const theory = { random: words.percent(1 - 1 / servers), network: '–', host: words.percent(0) };
  return {
    ...words.changeTable,
    rows: (['random', 'network', 'host'] as const).map((kind) => {
      const { moved, n, interval } = moves[kind];
      return [
        words.changeKinds[kind],
        n,
        moved,
        n === 0 ? '–' : words.percent(moved / n),
        words.percentRange(interval),
        theory[kind],
      ];
    }),
  };
}

function spreadChart(
  { servers, clients, spread }: IpHashObservations,
  counts: readonly number[],
  words: IpHashWords,
): ResultChart {
  const ofTen = countsOf(
    servers,
    clients.flatMap(({ requests }) => requests.slice(0, 1)),
  );
  const bars = (values: readonly number[], n: number) =>
    servers.map((server, index) => ({
      label: server,
      value: (100 * (values[index] ?? 0)) / Math.max(1, n),
      group: words.chart.group(n),
    }));
  return {
    kind: 'bar',
    title: words.chart.title,
    xTitle: words.chart.xTitle,
    yTitle: words.chart.yTitle,
    bars: [...bars(ofTen, clients.length), ...bars(counts, spread.length)],
    note: words.chart.note(clients.length),
  };
}
