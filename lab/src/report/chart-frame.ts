/** What line and bar charts have in common: sizes, type, quiet axes, and how much room a text needs. */

import type { TopLevelSpec } from 'vega-lite';
import { standIn } from './chart-paint.ts';
import { brokenLines } from './line-break.ts';

export const fontSizePx = 13;

/** A chart ready to be drawn, and its outer size. */
export interface ChartPlan {
  readonly spec: TopLevelSpec;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Room for a text without a font to measure: about right for sans-serif type, a little wide to be safe. */
export function textWidthPx(text: string): number {
  let widthPx = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0x2e80) widthPx += fontSizePx;
    else if ('.,:;|!il1 '.includes(character)) widthPx += fontSizePx * 0.36;
    else widthPx += fontSizePx * (code >= 65 && code <= 90 ? 0.7 : 0.57);
  }
  return Math.ceil(widthPx);
}

/** Breaks a text into lines that fit; what still does not fit is cut with an ellipsis. */
export function wrapped(text: string, widthPx: number, maxLines: number): string[] {
  const lines = brokenLines(text, (line) => textWidthPx(line) <= widthPx);
  const kept = lines.slice(0, maxLines);
  if (lines.length > maxLines) kept[maxLines - 1] = `${kept[maxLines - 1]} …`;
  return kept.map((line) => shortened(line, widthPx));
}

export function shortened(text: string, widthPx: number): string {
  if (textWidthPx(text) <= widthPx) return text;
  let kept = [...text];
  while (kept.length > 1 && textWidthPx(`${kept.join('')}…`) > widthPx) kept = kept.slice(0, -1);
  return `${kept.join('').trimEnd()}…`;
}

/** One empty row: a layer whose place is given in pixels is drawn once. */
export const oneDatum: { readonly values: readonly object[] } = { values: [{}] };

/** The settings of every chart: no frame, hairline grid, text in one size. */
export function framed(spec: object, widthPx: number, heightPx: number, margins: Margins): ChartPlan {
  const quietAxis = {
    labelColor: standIn.muted,
    labelFontSize: fontSizePx,
    titleColor: standIn.muted,
    titleFontSize: fontSizePx,
    titleFontWeight: 'normal',
    gridColor: standIn.grid,
    domainColor: standIn.axis,
    tickColor: standIn.axis,
  };
  const whole = {
    autosize: 'none',
    width: widthPx - margins.left - margins.right,
    height: heightPx - margins.top - margins.bottom,
    padding: margins,
    background: null,
    ...spec,
    config: {
      aria: false,
      view: { stroke: null },
      axis: quietAxis,
      text: { fontSize: fontSizePx, color: standIn.text },
    },
  };
  return { spec: whole as unknown as TopLevelSpec, widthPx, heightPx };
}
