/** Plans a bar chart: lying bars with their figures for a few labels, standing columns for many. */

import type { ResultChart } from '../results.ts';
import type { ChartPlan, Margins } from './chart-frame.ts';
import { fontSizePx, framed, legendEntries, legendRowPx, seriesScale, textWidthPx, wrapped } from './chart-frame.ts';
import { standIn } from './chart-paint.ts';
import { figure } from './figure.ts';

export type BarChart = Extract<ResultChart, { kind: 'bar' }>;

/** Above this many labels the bars stand, and a value axis takes the place of the figures. */
const mostLyingLabels = 14;
const oneDatum = { values: [{}] };

interface BarDatum {
  readonly label: string;
  readonly group: string;
  readonly value: number;
  readonly text: string;
  readonly order: number;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function legendLayers(names: readonly string[], widthPx: number, left: number, top: number): object[] {
  const { domain, range } = seriesScale(names);
  return legendEntries(names, widthPx).entries.flatMap(({ x, y }, index) => [
    {
      data: oneDatum,
      mark: { type: 'square', color: range[index], size: 110, opacity: 1 },
      encoding: { x: { value: x - left + 6 }, y: { value: y - top + 8 } },
    },
    {
      data: oneDatum,
      mark: { type: 'text', text: domain[index], align: 'left', baseline: 'middle' },
      encoding: { x: { value: x - left + 18 }, y: { value: y - top + 8 } },
    },
  ]);
}

function caption(text: string, x: number, y: number): object {
  return {
    data: oneDatum,
    mark: { type: 'text', text, align: 'left', baseline: 'alphabetic', color: standIn.muted },
    encoding: { x: { value: x }, y: { value: y } },
  };
}

function lyingBars(chart: BarChart, data: readonly BarDatum[], groups: readonly string[], widthPx: number): ChartPlan {
  const labels = distinct(data.map(({ label }) => label));
  const gutterPx = Math.min(Math.max(...[...labels, chart.xTitle].map(textWidthPx)), widthPx * 0.38);
  const lines = labels.map((label) => wrapped(label, gutterPx, 2));
  const left = gutterPx + 12;
  const right = Math.max(...data.map(({ text }) => textWidthPx(text))) + 10;
  const legendPx = legendEntries(groups, widthPx).rows * legendRowPx;
  const top = legendPx + fontSizePx + 14;
  const barPx = groups.length > 1 ? 18 : 22;
  const gapPx = groups.length > 1 ? 14 : 10;
  const stepPx = Math.max(1, groups.length) * barPx + gapPx;
  const values = data.map(({ value }) => value);
  const domain = [Math.min(0, ...values), Math.max(0, ...values)];
  const margins: Margins = { left, right, top, bottom: 8 };

  const y = {
    field: 'label',
    type: 'nominal',
    sort: labels,
    scale: { paddingInner: gapPx / stepPx, paddingOuter: gapPx / stepPx / 2 },
    axis: null,
  };
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: domain[0] === domain[1] ? [0, 1] : domain, nice: false },
    axis: null,
  };
  const offset = groups.length > 1 ? { yOffset: { field: 'group', type: 'nominal', sort: groups } } : {};
  const color = {
    field: 'group',
    type: 'nominal',
    scale: seriesScale(groups.length > 0 ? groups : ['']),
    legend: null,
  };
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
      lineHeight: 14,
      dy: (parts.length - 1) * -7,
    },
    encoding: { x: { value: -12 }, y: { value: stepPx * (index + 0.5) } },
  }));
  const layer = [
    { mark: { type: 'bar', cornerRadiusEnd: 2 }, encoding: { y, ...offset, x, color } },
    figures(false),
    figures(true),
    ...labelLayers,
    {
      data: { values: [{ value: 0 }] },
      mark: { type: 'rule', color: standIn.axis },
      encoding: { x, y: { value: 0 }, y2: { value: stepPx * labels.length } },
    },
    caption(chart.yTitle, 0, -10),
    ...legendLayers(groups, widthPx, left, top),
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
  const legendPx = legendEntries(groups, widthPx).rows * legendRowPx;
  const margins: Margins = { left, right: 14, top: legendPx + fontSizePx + 14, bottom: 46 };
  const plotHeightPx = widthPx < 500 ? 170 : 220;
  const x = {
    field: 'label',
    type: 'nominal',
    sort: labels,
    scale: { paddingInner: 0.15, paddingOuter: 0.1 },
    axis: {
      title: chart.xTitle,
      labelAngle: 0,
      labelOverlap: 'greedy',
      labelSeparation: 6,
      ticks: false,
      labelPadding: 6,
    },
  };
  const y = {
    field: 'value',
    type: 'quantitative',
    axis: { title: null, domain: false, ticks: false, tickCount: 4, labelPadding: 8 },
  };
  const offset = groups.length > 1 ? { xOffset: { field: 'group', type: 'nominal', sort: groups } } : {};
  const color = {
    field: 'group',
    type: 'nominal',
    scale: seriesScale(groups.length > 0 ? groups : ['']),
    legend: null,
  };
  const layer = [
    { mark: { type: 'bar', cornerRadiusEnd: 2 }, encoding: { x, ...offset, y, color } },
    caption(chart.yTitle, -left, -10),
    ...legendLayers(groups, widthPx, left, margins.top),
  ];
  return framed({ data: { values: data }, layer }, widthPx, margins.top + plotHeightPx + margins.bottom, margins);
}

/** @returns `undefined` when there is no bar to draw. */
export function barChartPlan(chart: BarChart, widthPx: number): ChartPlan | undefined {
  if (chart.bars.length === 0) return undefined;
  const data = chart.bars.map(({ label, value, group }, order) => ({
    label,
    value,
    group: group ?? '',
    text: figure(value),
    order,
  }));
  const groups = distinct(data.map(({ group }) => group)).filter((group) => group !== '');
  const labelCount = distinct(data.map(({ label }) => label)).length;
  return labelCount <= mostLyingLabels
    ? lyingBars(chart, data, groups, widthPx)
    : standingColumns(chart, data, groups, widthPx);
}
