/** The tables and charts of experiment 4.1. */
import type { LatencySummary } from '../../measure/latency-summary.ts';
import { figure } from '../../report/figure.ts';
import type { ResultChart, ResultTable } from '../../results.ts';
import { ratioOf } from '../comparison/ordering.ts';
import { claimedLatencyMs, claimText, placeInClaim } from '../comparison/source-claims.ts';
import { comparedSubjects, isControl, type SubjectName } from '../comparison/subjects.ts';
import { binTopMs } from './histogram.ts';
import { failedOf, type LatencyObservations, medianSamples, type Way } from './observations.ts';
import type { LatencyWords } from './words.ts';

const ways: readonly Way[] = ['direct', 'balancer'];
const none = '–';

export function latencyTable({ pooled }: LatencyObservations, words: LatencyWords): ResultTable {
  return {
    ...words.latencyTable,
    rows: pooled.map(({ way, subject, latency }) => [
      words.ways[way],
      words.subjects[subject],
      latency?.n ?? 0,
      ...figuresOf(latency),
    ]),
  };
}

function figuresOf(latency: LatencySummary | null): string[] {
  if (latency === null) return Array.from({ length: 6 }, () => none);
  const { meanMs, p50Ms, p95Ms, p99Ms, minMs, maxMs } = latency;
  return [meanMs, p50Ms, p95Ms, p99Ms, minMs, maxMs].map(figure);
}

export function ratioTable(observations: LatencyObservations, words: LatencyWords): ResultTable {
  return {
    ...words.ratioTable,
    rows: ways.flatMap((way) => {
      const samples = medianSamples(observations, way);
      return comparedSubjects.flatMap(([subject, baseline]) => {
        const ratio = ratioOf(samples, subject, baseline);
        if (ratio === null) return [];
        const { n, processes } = ratio.interval;
        return [[words.ways[way], words.ratio(ratio), words.comparisons[ratio.comparison], n, processes]];
      });
    }),
  };
}

const schemes = ['sticky', 'jwt', 'redis'] as const;

export function sourceTable({ pooled, answerBytes }: LatencyObservations, words: LatencyWords): ResultTable {
  const p50Of = (subject: SubjectName, way: Way) =>
    pooled.find((entry) => entry.subject === subject && entry.way === way)?.latency?.p50Ms;
  return {
    ...words.sourceTable,
    rows: schemes.map((subject) => {
      const claim = claimedLatencyMs[subject];
      const [direct, balancer] = [p50Of(subject, 'direct'), p50Of(subject, 'balancer')];
      return [
        words.subjects[subject],
        claimText(claim),
        direct === undefined ? none : figure(direct),
        balancer === undefined ? none : figure(balancer),
        direct === undefined ? none : words.places[placeInClaim(direct, claim)],
        answerBytes.find((answer) => answer.subject === subject)?.bytes ?? none,
      ];
    }),
  };
}

export function openLoopTable({ openLoop }: LatencyObservations, words: LatencyWords): ResultTable {
  return {
    ...words.openLoopTable,
    rows: openLoop.map(({ subject, ratePerSecond, sent, failures, latency }) => [
      words.subjects[subject],
      ratePerSecond,
      sent,
      failedOf(failures),
      ...figuresOf(latency),
    ]),
  };
}

/** What lies beyond the first and the last bin with 1 % of some scheme is counted into those. */
export function distributionChart({ pooled }: LatencyObservations, way: Way, words: LatencyWords): ResultChart {
  const entries = pooled.filter((entry) => entry.way === way && !isControl(entry.subject));
  const shares = entries.map(({ subject, bins, latency }) => ({
    subject,
    bins: bins.map(({ index, count }) => ({ index, percent: (100 * count) / (latency?.n ?? 1) })),
  }));
  const shown = shares.flatMap(({ bins }) => bins.filter(({ percent }) => percent >= 1).map(({ index }) => index));
  const [first, last] = shown.length === 0 ? [0, -1] : [Math.min(...shown), Math.max(...shown)];
  const indices = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  return {
    kind: 'bar',
    ...words.chart(way),
    bars: indices.flatMap((index) =>
      shares.map(({ subject, bins }) => ({
        label: figure(Number(binTopMs(index).toPrecision(2))),
        group: words.subjects[subject],
        value: bins
          .filter((bin) => Math.min(Math.max(bin.index, first), last) === index)
          .reduce((sum, { percent }) => sum + percent, 0),
      })),
    ),
  };
}
