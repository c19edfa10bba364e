/** The tables and the chart of experiment 2.3. */
import type { ResultChart, ResultTable } from '../../results.ts';
import { countOf } from '../wording.ts';
import type { OutageCell, RedisDownObservations } from './observations.ts';
import { longest, outcomeOf, whileFrozen } from './outcomes.ts';
import type { RedisDownWords } from './words.ts';

export function matrixTable(cells: readonly OutageCell[], words: RedisDownWords): ResultTable {
  return {
    ...words.matrixTable,
    rows: cells.map((cell) => {
      const { persistence, signal, after, servedAgainMs, newLogin } = cell;
      const outcome = outcomeOf(cell);
      const kept = after.filter((status) => status === 200).length;
      return [
        words.persistence[persistence],
        signal,
        words.outcome[outcome](kept, after.length),
        words.statuses(after),
        servedAgainMs ?? words.never,
        words.statuses([newLogin.status, newLogin.profileStatus]),
        words.holds[outcome],
      ];
    }),
  };
}

export function outageTable(cells: readonly OutageCell[], words: RedisDownWords): ResultTable {
  const requests = cells.flatMap(({ outage }) => outage);
  const kinds = [...countOf(requests.map(({ request }) => request)).keys()];
  return {
    ...words.outageTable,
    rows: kinds.map((kind) => {
      const ofKind = requests.filter(({ request }) => request === kind);
      const slowest = (round: number) =>
        longest(ofKind.filter((request) => request.round === round))?.durationMs ?? words.never;
      return [words.requests[kind], words.statusCounts(ofKind.map(({ status }) => status)), slowest(1), slowest(2)];
    }),
  };
}

export function frozenTable({ frozen }: RedisDownObservations, words: RedisDownWords): ResultTable {
  const { samples, frozenAtMs, thawedAtMs } = frozen;
  const phases = [
    samples.filter(({ atMs }) => atMs < frozenAtMs),
    whileFrozen(samples, frozen),
    samples.filter(({ atMs }) => atMs >= thawedAtMs),
  ];
  return {
    ...words.frozenTable,
    rows: phases.map((ofPhase, index) => {
      const slowest = longest(ofPhase);
      return [
        words.phases[index] ?? '',
        ofPhase.length,
        words.statusCounts(ofPhase.map(({ status }) => status)),
        slowest?.durationMs ?? words.never,
        slowest?.status ?? words.never,
      ];
    }),
  };
}

/** One line in the order of sending: a line per status would run straight through the freeze. */
export function frozenChart({ frozen }: RedisDownObservations, words: RedisDownWords): ResultChart {
  const { samples, frozenAtMs, thawedAtMs } = frozen;
  return {
    kind: 'line',
    ...words.chart,
    series: [{ name: words.chartSeries, points: samples.map(({ atMs, durationMs }) => [atMs / 1000, durationMs]) }],
    marks: [
      { x: frozenAtMs / 1000, label: words.marks.frozen },
      { x: thawedAtMs / 1000, label: words.marks.thawed },
    ],
    note: words.chartNote(whileFrozen(samples, frozen).map(({ status }) => status)),
  };
}
