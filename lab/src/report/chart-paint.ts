/** Colours of the charts: drawn with stand-ins, then painted for a page (CSS properties) or for a file (plain colours). */

/** What a part of a chart is; its colour is decided when it is painted. */
export type Ink = 'text' | 'muted' | 'grid' | 'axis' | 'surface' | 'mark' | `series${1 | 2 | 3 | 4 | 5 | 6}`;

/** Colours that stand for an ink while a chart is drawn. No chart uses them as colours. */
export const standIn: Readonly<Record<Ink, string>> = {
  text: '#0a0b01',
  muted: '#0a0b02',
  grid: '#0a0b03',
  axis: '#0a0b04',
  surface: '#0a0b05',
  mark: '#0a0b06',
  series1: '#0a0b11',
  series2: '#0a0b12',
  series3: '#0a0b13',
  series4: '#0a0b14',
  series5: '#0a0b15',
  series6: '#0a0b16',
};

export const seriesInks: readonly Ink[] = ['series1', 'series2', 'series3', 'series4', 'series5', 'series6'];

/** Reads on the white rectangle that every chart file brings with it. */
const plainColours: Readonly<Record<Ink, string>> = {
  text: '#22262b',
  muted: '#5b626b',
  grid: '#e6e8ea',
  axis: '#9aa1a9',
  surface: '#ffffff',
  mark: '#8a5a12',
  series1: '#1f6f8b',
  series2: '#c2571a',
  series3: '#6a4fa3',
  series4: '#3d7f45',
  series5: '#b03a68',
  series6: '#6b7280',
};

const inkOf = new Map<string, Ink>(Object.entries(standIn).map(([ink, colour]) => [colour, ink as Ink]));

function painted(svg: string, colourOf: (ink: Ink) => string): string {
  return svg.replace(/ (fill|stroke)="(#0a0b\d\d)"/g, (attribute, name: string, colour: string) => {
    const ink = inkOf.get(colour);
    return ink === undefined ? attribute : ` ${name}="${colourOf(ink)}"`;
  });
}

/** For a page that defines `--chart-text`, `--chart-grid`, `--chart-series1` and so on: follows light and dark. */
export function paintedForPage(svg: string): string {
  return painted(svg, (ink) => `var(--chart-${ink})`);
}

export function paintedForFile(svg: string): string {
  return painted(svg, (ink) => plainColours[ink]);
}
