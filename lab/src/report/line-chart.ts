/** Plans a line chart: series over a number axis, with labelled moments that never overlap. */

import type { ResultChart } from '../results.ts';
import type { ChartPlan } from './chart-frame.ts';
import { fontSizePx, framed, textWidthPx } from './chart-frame.ts';
import { legendHeightPx, legendLayers, seriesKey, seriesScale } from './chart-legend.ts';
import { lanePx, markLayers, placedMarks } from './chart-marks.ts';
import { figure } from './figure.ts';

export type LineChart = Extract<ResultChart, { kind: 'line' }>;

const dashes: readonly (readonly number[])[] = [
  [1, 0],
  [6, 3],
  [2, 3],
  [9, 3, 2, 3],
  [4, 2],
  [1, 4],
];

function dashOf(index: number): readonly number[] {
  return dashes[index % dashes.length] ?? [];
}

function extent(values: readonly number[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** Starts at zero, unless all values lie so far from it that their changes would not be seen. */
function valueDomain(values: readonly number[]): [number, number] {
  if (values.every((value) => value === 0)) return [0, 1];
  const [low, high] = extent(values);
  return low > high / 2 ? [low, high] : extent([0, ...values]);
}

/** @returns `undefined` when there is not a single sample to draw. */
export function lineChartPlan(chart: LineChart, widthPx: number): ChartPlan | undefined {
  const samples = chart.series.flatMap(({ points }, index) =>
    points.map(([x, y]) => ({ x, y, series: seriesKey(index) })),
  );
  if (samples.length === 0) return undefined;
  const names = chart.series.map(({ name }) => name);
  const xDomain = extent([...samples.map(({ x }) => x), ...(chart.marks ?? []).map(({ x }) => x)]);
  const yDomain = valueDomain(samples.map(({ y }) => y));

  const left = Math.max(...yDomain.map((y) => textWidthPx(figure(Math.round(y))))) + 16;
  const right = 14;
  const plotWidthPx = widthPx - left - right;
  const marks = placedMarks(chart.marks, xDomain, plotWidthPx);
  const lanes = Math.max(0, ...marks.map(({ lane }) => lane + 1));
  const shownNames = names.length > 1 ? names : [];
  const legendPx = legendHeightPx(shownNames, widthPx);
  const top = legendPx + fontSizePx + 16 + lanes * lanePx;
  const bottom = 46;
  const plotHeightPx = widthPx < 500 ? 170 : 220;

  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: xDomain, nice: false, zero: false },
    axis: { title: chart.xTitle, grid: false, tickCount: Math.floor(plotWidthPx / 80), titlePadding: 10 },
  };
  const y = {
    field: 'y',
    type: 'quantitative',
    scale: { domain: yDomain, nice: true, zero: false },
    axis: {
      title: chart.yTitle,
      titleAngle: 0,
      titleAlign: 'left',
      titleAnchor: 'start',
      titleBaseline: 'alphabetic',
      titleX: -left,
      titleY: -lanes * lanePx - 14,
      domain: false,
      ticks: false,
      tickCount: 4,
      labelPadding: 8,
    },
  };
  const colours = seriesScale(names);
  const color = { field: 'series', type: 'nominal', scale: colours, legend: null };
  const strokeDash = {
    field: 'series',
    type: 'nominal',
    scale: { domain: colours.domain, range: names.map((_, index) => dashOf(index)) },
    legend: null,
  };
  const layer = [
    ...(names.length === 1 && yDomain[0] === 0
      ? [{ mark: { type: 'area', opacity: 0.12, line: false }, encoding: { x, y, color } }]
      : []),
    ...markLayers(marks, plotHeightPx),
    { mark: { type: 'line', strokeWidth: 2, strokeJoin: 'round' }, encoding: { x, y, color, strokeDash } },
    ...(samples.length <= 120
      ? [{ mark: { type: 'circle', size: samples.length > 30 ? 14 : 36, opacity: 1 }, encoding: { x, y, color } }]
      : []),
    ...legendLayers(shownNames, (index) => ({ dash: dashOf(index) }), widthPx, left, top),
  ];
  const spec = { data: { values: samples }, layer };
  return framed(spec, widthPx, top + plotHeightPx + bottom, { left, right, top, bottom });
}
