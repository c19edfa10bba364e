/** The tables and the chart of experiment 4.2. */
import { mean } from '../../measure/statistics/mean.ts';
import type { BlockSample } from '../../measure/statistics/paired-ratios.ts';
import { median } from '../../measure/statistics/quantile.ts';
import { figure } from '../../report/figure.ts';
import type { ResultChart, ResultTable } from '../../results.ts';
import { ratioOf } from '../comparison/ordering.ts';
import { claimedRequestsPerSecond, claimText } from '../comparison/source-claims.ts';
import { comparedSubjects, type SchemeSubject, type SubjectName, schemeSubjects } from '../comparison/subjects.ts';
import { failuresOf, type LoadRound, type ThroughputObservations } from './observations.ts';
import type { ThroughputWords } from './words.ts';

const none = '–';
const written = (values: readonly number[]): string => (values.length === 0 ? none : figure(median(values)));

function claimOf(subject: SchemeSubject): string {
  return subject === 'sticky' || subject === 'jwt' || subject === 'redis'
    ? claimText(claimedRequestsPerSecond[subject])
    : none;
}

export function throughputTable({ rounds }: ThroughputObservations, words: ThroughputWords): ResultTable {
  return {
    ...words.throughputTable,
    rows: schemeSubjects.map((subject) => {
      const own = rounds.filter((round) => round.subject === subject);
      return [
        words.subjects[subject],
        own.length,
        written(own.map(({ totalMs }) => totalMs)),
        written(own.map(({ requestsPerSecond }) => requestsPerSecond)),
        written(own.flatMap(({ meanLatencyMs }) => (meanLatencyMs === null ? [] : [meanLatencyMs]))),
        own.reduce((sum, round) => sum + failuresOf(round), 0),
        claimOf(subject),
      ];
    }),
  };
}

export function ratioTable(
  rates: readonly BlockSample[],
  cpu: readonly BlockSample[],
  words: ThroughputWords,
): ResultTable {
  const rows = (measure: 'rate' | 'cpu', samples: readonly BlockSample[]) =>
    comparedSubjects.flatMap(([subject, baseline]) => {
      const ratio = ratioOf(samples, subject, baseline);
      if (ratio === null) return [];
      const { n, processes } = ratio.interval;
      return [[words.measures[measure], words.ratio(ratio), words.comparisons[ratio.comparison], n, processes]];
    });
  return { ...words.ratioTable, rows: [...rows('rate', rates), ...rows('cpu', cpu)] };
}

const groups = ['app', 'nginx', 'balancer', 'redis', 'generator'];

/** Microseconds of CPU time per request of each group; the median over the rounds. */
function cpuOf(rounds: readonly LoadRound[], subject: SubjectName, group: string): number | null {
  const values = rounds.flatMap((round) => {
    const found = round.subject === subject ? round.cpu.find((entry) => entry.group === group) : undefined;
    return found === undefined || round.succeeded === 0 ? [] : [(1000 * found.cpuMs) / round.succeeded];
  });
  return values.length === 0 ? null : median(values);
}

function groupsSeen(rounds: readonly LoadRound[]): string[] {
  return groups.filter((group) => rounds.some(({ cpu }) => cpu.some((entry) => entry.group === group)));
}

export function cpuTable({ rounds }: ThroughputObservations, words: ThroughputWords): ResultTable {
  const seen = groupsSeen(rounds);
  return {
    title: words.cpuTable.title,
    columns: [words.cpuTable.scheme, ...seen.map((group) => words.group(group)), words.cpuTable.servers],
    rows: schemeSubjects.map((subject) => {
      const values = seen.map((group) => cpuOf(rounds, subject, group));
      const ofServers = values.filter((_, index) => seen[index] !== 'generator');
      const known = ofServers.some((value) => value !== null);
      return [
        words.subjects[subject],
        ...values.map((value) => (value === null ? none : figure(value))),
        known ? figure(ofServers.reduce<number>((sum, value) => sum + (value ?? 0), 0)) : none,
      ];
    }),
  };
}

/** How busy the busiest thread of each group was, and what the rounds' limits were. */
export function bottleneckTable({ rounds }: ThroughputObservations, words: ThroughputWords): ResultTable {
  const seen = groupsSeen(rounds);
  return {
    title: words.bottleneckTable.title,
    columns: [words.bottleneckTable.scheme, ...seen.map((group) => words.group(group)), words.bottleneckTable.limit],
    rows: schemeSubjects.map((subject) => {
      const found = rounds.flatMap((round) =>
        round.subject === subject && round.bottleneck !== null ? [round.bottleneck] : [],
      );
      const limits = found.map(({ group }) => group);
      return [
        words.subjects[subject],
        ...seen.map((group) => {
          const wanting = found.flatMap(({ loads }) => loads.filter(({ name }) => name === group));
          return wanting.length === 0 ? none : words.percent(mean(wanting.map((load) => load.running)));
        }),
        words.limitList(limits),
      ];
    }),
  };
}

export function cpuChart({ rounds }: ThroughputObservations, words: ThroughputWords): ResultChart {
  return {
    kind: 'bar',
    ...words.chart,
    bars: schemeSubjects.flatMap((subject) =>
      groupsSeen(rounds).flatMap((group) => {
        const value = cpuOf(rounds, subject, group);
        return value === null ? [] : [{ label: words.subjects[subject], group: words.group(group), value }];
      }),
    ),
  };
}
