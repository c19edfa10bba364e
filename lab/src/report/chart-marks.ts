/** Labelled moments of a line chart: where each label stands, so that none touches another. */

import type { ResultChart } from '../results.ts';
import { oneDatum, shortened, textWidthPx } from './chart-frame.ts';
import { standIn } from './chart-paint.ts';

type Marks = Extract<ResultChart, { kind: 'line' }>['marks'];

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

/** Height of one row of labels. */
export const lanePx = 17;
const labelGapPx = 5;

interface SidedMark {
  readonly x: number;
  readonly label: string;
  readonly ruleX: number;
  readonly side: 'right' | 'left';
  readonly from: number;
  readonly to: number;
}

/** Which side of its rule each label stands on, from the last mark to the first. */
function sidedMarks(marks: NonNullable<Marks>, domain: readonly [number, number], plotWidthPx: number): SidedMark[] {
  const scale = plotWidthPx / (domain[1] - domain[0]);
  let leftmost = Number.POSITIVE_INFINITY;
  return [...marks]
    .sort((first, second) => second.x - first.x)
    .map(({ x, label: fullLabel }) => {
      const ruleX = (x - domain[0]) * scale;
      const label = shortened(fullLabel, Math.max(ruleX, plotWidthPx - ruleX) - labelGapPx);
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
export function placedMarks(marks: Marks, domain: readonly [number, number], plotWidthPx: number): PlacedMark[] {
  const sided = sidedMarks(marks ?? [], domain, plotWidthPx);
  const rightward = sided.filter(({ side }) => side === 'right');
  const leftward = sided.filter(({ side }) => side === 'left').reverse();
  const lanes: SidedMark[][] = [];
  // A label lies over the rules of the marks it reaches across, so it goes above their labels: it is placed after them.
  const placed = [...rightward, ...leftward].map((mark) => {
    const touches = (taken: SidedMark): boolean =>
      mark.from - labelGapPx <= taken.to && mark.to + labelGapPx >= taken.from;
    const lane = lanes.findLastIndex((taken) => taken.some(touches)) + 1;
    lanes[lane] = [...(lanes[lane] ?? []), mark];
    return { x: mark.x, label: mark.label, ruleX: mark.ruleX, side: mark.side, lane };
  });
  return placed.sort((first, second) => first.x - second.x);
}

/** The rules of the marks and, on a halo of the ground, their labels. */
export function markLayers(marks: readonly PlacedMark[], plotHeightPx: number): object[] {
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
