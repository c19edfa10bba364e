/** Colours of the series of a chart, and the legend that names them. A chart of one series has none. */

import { oneDatum, textWidthPx } from './chart-frame.ts';
import { seriesInks, standIn } from './chart-paint.ts';

/** A colour for each name, in order; more names than colours start again from the first. */
function seriesColours(names: readonly string[]): string[] {
  return names.map((_, index) => standIn[seriesInks[index % seriesInks.length]!]);
}

/**
 * The key that stands for a series in a specification. Names stay out of it: Vega-Lite writes expressions of its own
 * around what it sorts and stacks by, and a name may hold anything.
 */
export function seriesKey(index: number): string {
  return `series ${index}`;
}

/** The colours of the series by their keys. */
export function seriesScale(names: readonly string[]): { domain: string[]; range: string[] } {
  return { domain: names.map((_, index) => seriesKey(index)), range: seriesColours(names) };
}

const rowPx = 22;
const swatchPx = 28;
const betweenPx = 18;

interface Entry {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

function entries(names: readonly string[], widthPx: number): Entry[] {
  const placed: Entry[] = [];
  let x = 0;
  let y = 0;
  for (const name of names) {
    const needed = swatchPx + textWidthPx(name);
    if (x > 0 && x + needed > widthPx) {
      x = 0;
      y += rowPx;
    }
    placed.push({ name, x, y });
    x += needed + betweenPx;
  }
  return placed;
}

/** The height of the rows that a legend needs in a chart of this width. */
export function legendHeightPx(names: readonly string[], widthPx: number): number {
  const last = entries(names, widthPx).at(-1);
  return last === undefined ? 0 : last.y + rowPx;
}

/** A line in the dashes of its series, or the square of a bar. */
export type Swatch = (index: number) => { readonly dash: readonly number[] } | 'square';

/** The layers of a legend in rows from the upper left corner of the chart; `left` and `top` are its margins. */
export function legendLayers(
  names: readonly string[],
  swatch: Swatch,
  widthPx: number,
  left: number,
  top: number,
): object[] {
  const colours = seriesColours(names);
  return entries(names, widthPx).flatMap(({ name, x, y }, index) => {
    const from = x - left;
    const middle = { value: y - top + rowPx / 2 - 3 };
    const look = swatch(index);
    const mark =
      look === 'square'
        ? {
            mark: { type: 'square', color: colours[index], size: 110, opacity: 1 },
            encoding: { x: { value: from + 6 }, y: middle },
          }
        : {
            mark: { type: 'rule', color: colours[index], strokeWidth: 2.5, strokeDash: look.dash },
            encoding: { x: { value: from }, x2: { value: from + 20 }, y: middle },
          };
    const text = {
      data: oneDatum,
      mark: { type: 'text', text: name, align: 'left', baseline: 'middle' },
      encoding: { x: { value: from + (look === 'square' ? 18 : swatchPx) }, y: middle },
    };
    return [{ data: oneDatum, ...mark }, text];
  });
}
