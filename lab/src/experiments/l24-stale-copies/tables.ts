/** The tables and the chart of experiment 2.4. */
import { quantiles } from '../../measure/statistics/quantile.ts';
import type { ResultChart, ResultTable } from '../../results.ts';
import { conditions, type StaleCopiesObservations, storedSchemes, trialsOf } from './observations.ts';
import type { StaleCopiesWords } from './words.ts';

const none = '–';
const tenths = (value: number): number => Math.round(value * 10) / 10;

export function stalenessTable(observations: StaleCopiesObservations, words: StaleCopiesWords): ResultTable {
  return {
    ...words.stalenessTable,
    rows: storedSchemes.flatMap((scheme) =>
      conditions.flatMap((condition) => {
        const trials = trialsOf(observations, scheme, condition);
        if (trials.length === 0) return [];
        const [p50 = 0, p95 = 0, most = 0] = quantiles(
          trials.map(({ staleMs }) => staleMs),
          [0.5, 0.95, 1],
        );
        const refused = trials.flatMap(({ refusedAfterMs }) => refusedAfterMs ?? []);
        const sum = (of: (trial: (typeof trials)[number]) => number) =>
          trials.reduce((total, trial) => total + of(trial), 0);
        return [
          [
            words.schemes[scheme],
            words.conditions[condition],
            trials.length,
            tenths(p50),
            tenths(p95),
            tenths(most),
            refused.length === 0 ? none : tenths(Math.max(...refused)),
            sum(({ answers, bystander }) => answers.unavailable + bystander.unavailable),
            sum(({ bystander }) => bystander.refused),
          ],
        ];
      }),
    ),
  };
}

export function sharingTable({ shared }: StaleCopiesObservations, words: StaleCopiesWords): ResultTable {
  const { steps } = words;
  const { servers, anonymous, death, outage } = shared;
  return {
    ...words.sharingTable,
    columns: [steps.step, ...servers],
    rows: [
      [steps.anonymous, ...anonymous.statuses],
      [steps.before(death.killed.server), ...death.before.statuses],
      [steps.killed(death.killed.server), ...death.killed.statuses],
      [steps.returned(death.killed.server), ...death.returned.statuses],
      [steps.outage, ...outage.loggedIn],
      [steps.loggedOutOutage, ...outage.loggedOut],
    ],
  };
}

/** Each condition's trials in order: which share of them was at most so stale. */
export function distributionChart(observations: StaleCopiesObservations, words: StaleCopiesWords): ResultChart {
  return {
    kind: 'line',
    ...words.chart,
    series: conditions.flatMap((condition) => {
      const sorted = trialsOf(observations, 'coherent', condition)
        .map(({ staleMs }) => staleMs)
        .sort((a, b) => a - b);
      const points = sorted.map((staleMs, index) => [(100 * (index + 1)) / sorted.length, staleMs] as const);
      return points.length === 0 ? [] : [{ name: words.conditions[condition], points }];
    }),
  };
}
