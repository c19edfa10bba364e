/** Draws the charts of a report as SVG on the server, for a page or for a file of its own. */

import type { ExperimentResult, ResultChart } from '../results.ts';
import { barChartPlan } from './bar-chart.ts';
import { paintedForFile, paintedForPage } from './chart-paint.ts';
import { figure } from './figure.ts';
import { escapeHtml, printable } from './html-template.ts';
import type { ReportWords } from './i18n/words.ts';
import { lineChartPlan } from './line-chart.ts';

/** Widths a chart is drawn in: a wide one, and one that is readable on a phone. */
export const chartWidthPx = { wide: 880, narrow: 350 } as const;

const mostBarsInWords = 16;

/** The name of a chart's file beside the Markdown report. */
export function chartFileName(experiment: ExperimentResult, index: number): string {
  return `${experiment.id}-${index + 1}.svg`;
}

/** Whether there is anything to draw. */
export function hasSamples(chart: ResultChart): boolean {
  return chart.kind === 'line' ? chart.series.some(({ points }) => points.length > 0) : chart.bars.length > 0;
}

interface Drawing {
  readonly body: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Keeps the shapes and texts of Vega's drawing, without its own marks on them, to a hundredth of a pixel. */
function tidied(svg: string): string {
  return svg
    .replace(/^<svg[^>]*>|<\/svg>$/g, '')
    .replace(/<path class="(?:background|foreground)"[^>]*\/>/g, '')
    .replace(/ (?:class|role|aria-[a-z]+|pointer-events|font-family|opacity)="(?:[^"]*)"/g, (attribute) =>
      attribute.startsWith(' opacity="') && attribute !== ' opacity="1"' ? attribute : '',
    )
    .replace(/<g><\/g>/g, '')
    .replace(/ (?:d|transform|x|y|x2|y2|width|height)="[^"]*"/g, (place) => place.replace(/(\.\d\d)\d+/g, '$1'));
}

async function drawn(chart: ResultChart, widthPx: number): Promise<Drawing | undefined> {
  const plan = chart.kind === 'line' ? lineChartPlan(chart, widthPx) : barChartPlan(chart, widthPx);
  if (plan === undefined) return undefined;
  // Loaded when the first chart is drawn: the two are by far the heaviest packages of the lab.
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new vega.View(vega.parse(vegaLite.compile(plan.spec).spec), { renderer: 'none', logLevel: vega.Error });
  try {
    return { body: printable(tidied(await view.toSVG())), widthPx: plan.widthPx, heightPx: plan.heightPx };
  } finally {
    view.finalize();
  }
}

/** What a chart shows, in words, for readers who do not see it. */
export function chartText(chart: ResultChart, words: ReportWords): string {
  if (chart.kind === 'bar') {
    const bars = chart.bars.slice(0, mostBarsInWords).map(({ label, value, group }) => {
      return `${group === undefined ? label : `${label} (${group})`} ${figure(value)}`;
    });
    return words.barChartText(chart.xTitle, chart.yTitle, bars, chart.bars.length - bars.length);
  }
  const xs = chart.series.flatMap(({ points }) => points.map(([x]) => x));
  const series = chart.series.map(({ name, points }) => {
    const ys = points.map(([, y]) => y);
    return {
      name,
      count: ys.length,
      low: ys.reduce((a, b) => Math.min(a, b), ys[0] ?? 0),
      high: ys.reduce((a, b) => Math.max(a, b), ys[0] ?? 0),
    };
  });
  return words.lineChartText({
    xTitle: chart.xTitle,
    yTitle: chart.yTitle,
    series,
    xFrom: xs.reduce((a, b) => Math.min(a, b), xs[0] ?? 0),
    xTo: xs.reduce((a, b) => Math.max(a, b), xs[0] ?? 0),
    marks: chart.marks ?? [],
  });
}

function viewBox({ widthPx, heightPx }: Drawing): string {
  return `viewBox="0 0 ${Math.ceil(widthPx)} ${Math.ceil(heightPx)}"`;
}

/**
 * A chart for a page: scales with its box, takes its type from the page and its colours from `--chart-…` properties.
 *
 * @returns `undefined` when the chart holds no sample.
 */
export async function chartForPage(
  chart: ResultChart,
  words: ReportWords,
  size: keyof typeof chartWidthPx,
): Promise<string | undefined> {
  const drawing = await drawn(chart, chartWidthPx[size]);
  if (drawing === undefined) return undefined;
  const label = escapeHtml(`${chart.title}. ${chartText(chart, words)}`);
  return `<svg class="chart-${size}" ${viewBox(drawing)} role="img" aria-label="${label}">${paintedForPage(drawing.body)}</svg>`;
}

/**
 * A chart as a file of its own, on a white ground so that it reads on a light page and on a dark one.
 *
 * @returns `undefined` when the chart holds no sample.
 */
export async function chartForFile(chart: ResultChart, words: ReportWords): Promise<string | undefined> {
  const drawing = await drawn(chart, chartWidthPx.wide);
  if (drawing === undefined) return undefined;
  const width = Math.ceil(drawing.widthPx) + 32;
  const height = Math.ceil(drawing.heightPx) + 32;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="-16 -16 ${width} ${height}" ` +
    `role="img" font-family="system-ui, sans-serif"><title>${escapeHtml(chart.title)}</title>` +
    `<desc>${escapeHtml(chartText(chart, words))}</desc>` +
    `<rect x="-16" y="-16" width="${width}" height="${height}" rx="6" fill="#ffffff"/>${paintedForFile(drawing.body)}</svg>\n`
  );
}
