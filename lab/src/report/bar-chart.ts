/** Plans a bar chart: lying bars with their figures for a few labels, standing columns for many. */

import type { ResultChart } from '../results.ts';
import type { ChartPlan, Margins } from './chart-frame.ts';
import { fontSizePx, framed, oneDatum, shortened, textWidthPx, wrapped } from './chart-frame.ts';
import { legendHeightPx, legendLayers, seriesKey, seriesScale } from './chart-legend.ts';
import { standIn } from './chart-paint.ts';
import { figure } from './figure.ts';

export type BarChart = Extract<ResultChart, { kind: 'bar' }>;

/** Above this many labels the bars stand, and a value axis takes the place of the figures. */
const mostLyingLabels = 14;

interface BarDatum {
  readonly label: string;
  /** The key of its group, see {@link seriesKey}. */
  readonly series: string;
  readonly value: number;
  readonly text: string;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** The colour of each bar by its group, and its place beside the others of its label. */
function groupEncoding(groups: readonly string[], channel: 'xOffset' | 'yOffset'): { color: object; offset: object } {
  const { domain, range } = seriesScale(groups.length > 0 ? groups : ['']);
  const series = { field: 'series', type: 'nominal' };
  return {
    color: { ...series, scale: { domain, range }, legend: null },
    offset: groups.length > 1 ? { [channel]: { ...series, sort: null, scale: { domain } } } : {},
  };
}

function caption(text: string, x: number, align: 'left' | 'right'): object {
  return {
    data: oneDatum,
    mark: { type: 'text', text, align, baseline: 'alphabetic', color: standIn.muted },
    encoding: { x: { value: x }, y: { value: -10 } },
  };
}

function lyingBars(chart: BarChart, data: readonly BarDatum[], groups: readonly string[], widthPx: number): ChartPlan {
  const labels = distinct(data.map(({ label }) => label));
  const gutterPx = Math.min(Math.max(...[...labels, chart.xTitle].map(textWidthPx)), widthPx * 0.38);
  const lines = labels.map((label) => wrapped(label, gutterPx, 2));
  const values = data.map(({ value }) => value);
  const figurePx = Math.max(...data.map(({ text }) => textWidthPx(text)));
  // The figure of a negative bar stands left of it, between the bar and its label.
  const labelX = -12 - (values.some((value) => value < 0) ? figurePx + 8 : 0);
  const left = gutterPx - labelX;
  const right = figurePx + 10;
  const legendPx = legendHeightPx(groups, widthPx);
  const top = legendPx + fontSizePx + 14;
  const barPx = groups.length > 1 ? 16 : 18;
  const gapPx = groups.length > 1 ? 14 : 10;
  const stepPx = Math.max(1, groups.length) * barPx + gapPx;
  const domain = [Math.min(0, ...values), Math.max(0, ...values)];
  const margins: Margins = { left, right, top, bottom: 8 };

  const y = {
    field: 'label',
    type: 'nominal',
    sort: null,
    scale: { domain: labels, paddingInner: gapPx / stepPx, paddingOuter: gapPx / stepPx / 2 },
    axis: null,
  };
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: domain[0] === domain[1] ? [0, 1] : domain, nice: false },
    axis: null,
  };
  const { color, offset } = groupEncoding(groups, 'yOffset');
  const figures = (isNegative: boolean): object => ({
    transform: [{ filter: isNegative ? 'datum.value < 0' : 'datum.value >= 0' }],
    mark: { type: 'text', align: isNegative ? 'right' : 'left', baseline: 'middle', dx: isNegative ? -6 : 6 },
    encoding: { y, ...offset, x, text: { field: 'text' } },
  });
  const labelLayers = lines.map((parts, index) => ({
    data: oneDatum,
    mark: {
      type: 'text',
      text: parts,
      align: 'right',
      baseline: 'middle',
      lineHeight: 15,
      dy: (parts.length - 1) * -7,
    },
    encoding: { x: { value: labelX }, y: { value: stepPx * (index + 0.5) } },
  }));
  const layer = [
    { mark: { type: 'bar' }, encoding: { y, ...offset, x, color } },
    figures(false),
    figures(true),
    ...labelLayers,
    {
      data: { values: [{ value: 0 }] },
      mark: { type: 'rule', color: standIn.axis },
      encoding: { x, y: { value: 0 }, y2: { value: stepPx * labels.length } },
    },
    caption(shortened(chart.xTitle, gutterPx), labelX, 'right'),
    caption(chart.yTitle, 0, 'left'),
    ...legendLayers(groups, () => 'square', widthPx, left, top),
  ];
  return framed({ data: { values: data }, layer }, widthPx, top + stepPx * labels.length + margins.bottom, margins);
}

function standingColumns(
  chart: BarChart,
  data: readonly BarDatum[],
  groups: readonly string[],
  widthPx: number,
): ChartPlan {
  const labels = distinct(data.map(({ label }) => label));
  const values = data.map(({ value }) => value);
  const left = Math.max(...values.map((value) => textWidthPx(figure(Math.round(value))))) + 16;
  const legendPx = legendHeightPx(groups, widthPx);
  const margins: Margins = { left, right: 14, top: legendPx + fontSizePx + 14, bottom: 46 };
  const plotHeightPx = widthPx < 500 ? 170 : 220;
  const x = {
    field: 'label',
    type: 'nominal',
    sort: null,
    scale: { domain: labels, paddingInner: 0.15, paddingOuter: 0.1 },
    axis: {
      title: chart.xTitle,
      labelAngle: 0,
      labelOverlap: 'greedy',
      labelSeparation: 6,
      ticks: false,
      labelPadding: 6,
      titlePadding: 10,
    },
  };
  const y = {
    field: 'value',
    type: 'quantitative',
    axis: { title: null, domain: false, ticks: false, tickCount: 4, labelPadding: 8 },
  };
  const { color, offset } = groupEncoding(groups, 'xOffset');
  const layer = [
    { mark: { type: 'bar' }, encoding: { x, ...offset, y, color } },
    caption(chart.yTitle, -left, 'left'),
    ...legendLayers(groups, () => 'square', widthPx, left, margins.top),
  ];
  return framed({ data: { values: data }, layer }, widthPx, margins.top + plotHeightPx + margins.bottom, margins);
}

/** @returns `undefined` when there is no bar to draw. */
export function barChartPlan(chart: BarChart, widthPx: number): ChartPlan | undefined {
  if (chart.bars.length === 0) return undefined;
  const names = distinct(chart.bars.map(({ group }) => group ?? ''));
  const groups = names.length === 1 && names[0] === '' ? [] : names;
  const data = chart.bars.map(({ label, value, group }) => ({
    label,
    value,
    series: seriesKey(names.indexOf(group ?? '')),
    text: figure(value),
  }));
  const labelCount = distinct(data.map(({ label }) => label)).length;
  return labelCount <= mostLyingLabels
    ? lyingBars(chart, data, groups, widthPx)
    : standingColumns(chart, data, groups, widthPx);
}
