/** Plans a line chart: series over a number axis, with labelled moments that never overlap. */

import type { ResultChart } from '../results.ts';
import type { ChartPlan } from './chart-frame.ts';
import { fontSizePx, framed, legendEntries, legendRowPx, seriesScale, shortened, textWidthPx } from './chart-frame.ts';
import { standIn } from './chart-paint.ts';
import { figure } from './figure.ts';

export type LineChart = Extract<ResultChart, { kind: 'line' }>;

export interface PlacedMark {
  readonly x: number;
  readonly label: string;
  /** Where the rule stands, in pixels from the left of the plot. */
  readonly ruleX: number;
  /** The label begins right of its rule, or ends left of it when it would leave the plot. */
  readonly side: 'right' | 'left';
  /** Row of the label above the plot: 0 is the lowest. */
  readonly lane: number;
}

const lanePx = 17;
const labelGapPx = 5;
const dashes: readonly (readonly number[])[] = [
  [1, 0],
  [6, 3],
  [2, 3],
  [9, 3, 2, 3],
  [4, 2],
  [1, 4],
];

interface SidedMark {
  readonly x: number;
  readonly label: string;
  readonly ruleX: number;
  readonly side: 'right' | 'left';
  readonly from: number;
  readonly to: number;
}

/** Which side of its rule each label stands on, from the last mark to the first. */
function sidedMarks(
  marks: NonNullable<LineChart['marks']>,
  domain: readonly [number, number],
  plotWidthPx: number,
): SidedMark[] {
  const scale = plotWidthPx / (domain[1] - domain[0]);
  let leftmost = Number.POSITIVE_INFINITY;
  return [...marks]
    .sort((first, second) => second.x - first.x)
    .map(({ x, label: fullLabel }) => {
      const label = shortened(fullLabel, plotWidthPx * 0.75);
      const ruleX = (x - domain[0]) * scale;
      const needed = textWidthPx(label) + labelGapPx;
      const leavesPlot = ruleX + needed > plotWidthPx && ruleX > plotWidthPx / 2;
      // Under a label that reaches to the left, a label to the right would cross that label's rule.
      const isCovered = ruleX > leftmost && ruleX >= needed;
      if (!leavesPlot && !isCovered) return { x, label, ruleX, side: 'right', from: ruleX, to: ruleX + needed };
      leftmost = Math.min(leftmost, ruleX - needed);
      return { x, label, ruleX, side: 'left', from: ruleX - needed, to: ruleX };
    });
}

/** Gives each mark the lowest row in which its label touches no other label and no rule crosses it. */
export function placedMarks(
  marks: LineChart['marks'],
  domain: readonly [number, number],
  plotWidthPx: number,
): PlacedMark[] {
  const sided = sidedMarks(marks ?? [], domain, plotWidthPx);
  const rightward = sided.filter(({ side }) => side === 'right');
  const leftward = sided.filter(({ side }) => side === 'left').reverse();
  const lanes: SidedMark[][] = [];
  // A label lies over the rules of the marks it reaches across, so it goes above their labels: it is placed after them.
  const placed = [...rightward, ...leftward].map((mark) => {
    const touches = (taken: SidedMark): boolean =>
      mark.from - labelGapPx <= taken.to && mark.to + labelGapPx >= taken.from;
    const lane = lanes.findLastIndex((taken) => taken.some(touches)) + 1;
    (lanes[lane] ??= []).push(mark);
    return { x: mark.x, label: mark.label, ruleX: mark.ruleX, side: mark.side, lane };
  });
  return placed.sort((first, second) => first.x - second.x);
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

const oneDatum = { values: [{}] };

function markLayers(marks: readonly PlacedMark[], plotHeightPx: number): object[] {
  const rules = marks.map(({ ruleX, lane }) => ({
    data: oneDatum,
    mark: { type: 'rule', color: standIn.mark, strokeWidth: 1, strokeDash: [3, 3] },
    encoding: { x: { value: ruleX }, y: { value: -lane * lanePx - lanePx + 3 }, y2: { value: plotHeightPx } },
  }));
  const text = (placed: PlacedMark, look: object): object => ({
    data: oneDatum,
    mark: {
      type: 'text',
      text: placed.label,
      align: placed.side === 'right' ? 'left' : 'right',
      baseline: 'alphabetic',
      ...look,
    },
    encoding: {
      x: { value: placed.ruleX + (placed.side === 'right' ? labelGapPx : -labelGapPx) },
      y: { value: -placed.lane * lanePx - 5 },
    },
  });
  const halos = marks.map((mark) => text(mark, { color: standIn.surface, stroke: standIn.surface, strokeWidth: 4 }));
  return [...rules, ...halos, ...marks.map((mark) => text(mark, { color: standIn.mark }))];
}

function legendLayers(names: readonly string[], widthPx: number, left: number, top: number): object[] {
  const { domain, range } = seriesScale(names);
  return legendEntries(names, widthPx).entries.flatMap(({ name, x, y }, index) => [
    {
      data: oneDatum,
      mark: { type: 'rule', color: range[index], strokeWidth: 2.5, strokeDash: dashes[index % dashes.length] },
      encoding: { x: { value: x - left }, x2: { value: x - left + 22 }, y: { value: y - top + 8 } },
    },
    {
      data: oneDatum,
      mark: { type: 'text', text: domain[index], align: 'left', baseline: 'middle' },
      encoding: { x: { value: x - left + 28 }, y: { value: y - top + 8 } },
    },
  ]);
}

/** @returns `undefined` when there is not a single sample to draw. */
export function lineChartPlan(chart: LineChart, widthPx: number): ChartPlan | undefined {
  const samples = chart.series.flatMap(({ name, points }) => points.map(([x, y]) => ({ x, y, name })));
  if (samples.length === 0) return undefined;
  const names = chart.series.map(({ name }) => name);
  const xDomain = extent([...samples.map(({ x }) => x), ...(chart.marks ?? []).map(({ x }) => x)]);
  const ys = samples.map(({ y }) => y);
  const yDomain = ys.every((y) => y === 0) ? [0, 1] : extent([0, ...ys]);

  const left = Math.max(...yDomain.map((y) => textWidthPx(figure(Math.round(y))))) + 16;
  const right = 14;
  const plotWidthPx = widthPx - left - right;
  const marks = placedMarks(chart.marks, xDomain, plotWidthPx);
  const lanes = Math.max(0, ...marks.map(({ lane }) => lane + 1));
  const shownNames = names.length > 1 ? names : [];
  const legendPx = legendEntries(shownNames, widthPx).rows * legendRowPx;
  const top = legendPx + fontSizePx + 12 + lanes * lanePx;
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
    scale: { domain: yDomain, nice: true },
    axis: {
      title: chart.yTitle,
      titleAngle: 0,
      titleAlign: 'left',
      titleAnchor: 'start',
      titleBaseline: 'alphabetic',
      titleX: -left,
      titleY: -lanes * lanePx - 10,
      domain: false,
      ticks: false,
      tickCount: 4,
      labelPadding: 8,
    },
  };
  const colours = seriesScale(names);
  const color = { field: 'name', type: 'nominal', scale: colours, legend: null };
  const strokeDash = {
    field: 'name',
    type: 'nominal',
    scale: { domain: colours.domain, range: names.map((_, index) => dashes[index % dashes.length]) },
    legend: null,
  };
  const layer = [
    ...(names.length === 1 ? [{ mark: { type: 'area', opacity: 0.12, line: false }, encoding: { x, y, color } }] : []),
    ...markLayers(marks, plotHeightPx),
    { mark: { type: 'line', strokeWidth: 2, strokeJoin: 'round' }, encoding: { x, y, color, strokeDash } },
    ...(samples.length <= 120 ? [{ mark: { type: 'circle', size: 14, opacity: 1 }, encoding: { x, y, color } }] : []),
    ...legendLayers(shownNames, widthPx, left, top),
  ];
  const spec = { data: { values: samples }, layer };
  return framed(spec, widthPx, top + plotHeightPx + bottom, { left, right, top, bottom });
}
