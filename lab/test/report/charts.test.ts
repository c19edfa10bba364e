import { describe, expect, it } from 'vitest';
import { textWidthPx } from '../../src/report/chart-frame.ts';
import { placedMarks } from '../../src/report/chart-marks.ts';
import { chartForFile, chartForPage } from '../../src/report/charts.ts';
import { english } from '../../src/report/i18n/en.ts';
import type { ResultChart } from '../../src/results.ts';
import { hostileText } from './hostile-results.ts';
import { sampleResults } from './sample-results.ts';

const sampleCharts = sampleResults.experiments.flatMap((experiment) => experiment.charts);

function barChart(bars: Extract<ResultChart, { kind: 'bar' }>['bars']): ResultChart {
  return { kind: 'bar', title: 'Bars', xTitle: 'label', yTitle: 'value', bars };
}

function lineChart(points: readonly (readonly [number, number])[], more: object = {}): ResultChart {
  return { kind: 'line', title: 'Line', xTitle: 'x', yTitle: 'y', series: [{ name: 'one', points }], ...more };
}

/** Every number a shape is drawn with. */
function drawnNumbers(svg: string): number[] {
  const shapes = [...svg.matchAll(/ (?:d|transform|x|y|x2|y2|width|height|viewBox)="([^"]*)"/g)];
  return shapes.flatMap(([, value]) =>
    (value?.match(/-?[\d.]+(?:e-?\d+)?|NaN|Infinity|undefined|null/g) ?? []).map(Number),
  );
}

async function both(chart: ResultChart): Promise<string[]> {
  const drawings = [
    await chartForPage(chart, english, 'wide'),
    await chartForPage(chart, english, 'narrow'),
    await chartForFile(chart, english),
  ];
  return drawings.map((svg) => svg ?? '');
}

const oddCharts: readonly (readonly [string, ResultChart])[] = [
  ['one sample', lineChart([[3, 4]])],
  [
    'only zeros',
    lineChart([
      [0, 0],
      [1, 0],
    ]),
  ],
  [
    'a mark outside the samples',
    lineChart(
      [
        [0, 1],
        [1, 2],
      ],
      { marks: [{ x: 9, label: 'late' }] },
    ),
  ],
  [
    'negative values',
    lineChart([
      [0, -5],
      [1, 5],
    ]),
  ],
  [
    'an empty series beside a full one',
    lineChart([[0, 1]], {
      series: [
        { name: 'a', points: [] },
        {
          name: 'b',
          points: [
            [0, 1],
            [2, 3],
          ],
        },
      ],
    }),
  ],
  [
    'bars of zero',
    barChart([
      { label: 'a', value: 0 },
      { label: 'b', value: 0 },
    ]),
  ],
  [
    'negative bars',
    barChart([
      { label: 'a', value: -3 },
      { label: 'b', value: 2 },
    ]),
  ],
  ['many labels', barChart(Array.from({ length: 40 }, (_, index) => ({ label: `${index} ms`, value: index % 7 })))],
  [
    'very long labels',
    barChart([
      { label: 'word '.repeat(60), value: 1 },
      { label: 'x'.repeat(300), value: 2 },
    ]),
  ],
  [
    'more groups than colours',
    barChart(Array.from({ length: 9 }, (_, index) => ({ label: 'a', value: index, group: `group ${index}` }))),
  ],
];

describe('charts', () => {
  it.each([...sampleCharts.map((chart) => [chart.title, chart] as const), ...oddCharts])(
    'draws %s with finite numbers, text and no script',
    async (_name, chart) => {
      for (const svg of await both(chart)) {
        const numbers = drawnNumbers(svg);
        expect(numbers.length).toBeGreaterThan(4);
        expect(numbers.filter((number) => !Number.isFinite(number))).toEqual([]);
        expect(svg).toMatch(/<text /);
        // An id from Vega counts up from chart to chart: two reports of one run would differ.
        expect(svg).not.toMatch(/NaN|undefined|#0a0b|font-family="sans-serif"| id="/);
      }
    },
  );

  it('takes its colours from the page, or brings plain ones and a ground in a file', async () => {
    const [wide = '', , file = ''] = await both(sampleCharts[0]!);
    const colours = [...wide.matchAll(/ (?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour);
    expect(colours).toContain('var(--chart-series1)');
    for (const colour of colours) expect(colour).toMatch(/^(var\(--chart-[a-z]+\d?\)|none)$/);
    expect(file).toContain('fill="#ffffff"/>');
    expect(file).not.toContain('var(');
    expect(file).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  });

  it('says in words what it shows', async () => {
    const line = sampleCharts.find(({ kind }) => kind === 'line')!;
    const [wide] = await both(line);
    expect(wide).toContain('TTL of the session key: 62 samples between 0 and 3.');
    expect(wide).toContain('access at 2.2, gone at 5.2');
  });

  it('draws nothing without samples, rather than an empty frame', async () => {
    expect(await chartForPage(barChart([]), english, 'wide')).toBeUndefined();
    expect(await chartForFile(lineChart([]), english)).toBeUndefined();
  });

  it.each([
    ['a few bars', 2],
    ['many columns', 20],
  ])('keeps hostile text as text in a file of its own: %s', async (_name, count) => {
    const bars = Array.from({ length: count }, (_, index) => ({
      label: `${hostileText} ${index}`,
      value: index,
      group: index % 2 === 0 ? hostileText : "'); alert(1); ('",
    }));
    const svg = (await chartForFile({ ...barChart(bars), title: hostileText, yTitle: hostileText }, english)) ?? '';
    expect(svg.match(/<svg/g)).toHaveLength(1);
    expect(svg).not.toMatch(/<script|<img|<!--/);
    expect(svg).not.toContain('\u0000');
  });

  it('has a legend exactly when there is more than one series', async () => {
    const [single = ''] = await both(
      lineChart([
        [0, 1],
        [1, 2],
      ]),
    );
    expect(single).not.toContain('>one</text>');
    const series = ['first', 'second'].map((name, index) => ({
      name,
      points: [
        [0, index],
        [1, 2],
      ],
    }));
    const [two = ''] = await both(lineChart([], { series }));
    expect(two).toContain('>first</text>');
    expect(two).toContain('>second</text>');
  });
});

describe('placedMarks', () => {
  const plotWidthPx = 300;

  function spans(
    marks: readonly { x: number; label: string }[],
  ): { from: number; to: number; lane: number; ruleX: number }[] {
    return placedMarks(marks, [0, 10], plotWidthPx).map(({ ruleX, side, lane, label }) => {
      const width = textWidthPx(label) + 5;
      return {
        from: side === 'right' ? ruleX : ruleX - width,
        to: side === 'right' ? ruleX + width : ruleX,
        lane,
        ruleX,
      };
    });
  }

  it.each([
    ['one moment again and again', Array.from({ length: 6 }, () => ({ x: 5, label: 'access' }))],
    ['moments at the end', [8, 9, 9.5, 9.9, 10].map((x) => ({ x, label: `asked at ${x} s` }))],
    ['moments everywhere', Array.from({ length: 20 }, (_, index) => ({ x: index / 2, label: `moment ${index}` }))],
    [
      'a label longer than the plot',
      [
        { x: 5, label: 'long '.repeat(40) },
        { x: 6, label: 'short' },
      ],
    ],
  ])('never lets two labels touch, nor one leave the plot: %s', (_name, marks) => {
    const placed = spans(marks);
    expect(placed).toHaveLength(marks.length);
    for (const [index, one] of placed.entries()) {
      expect(one.from).toBeGreaterThanOrEqual(-1);
      expect(one.to).toBeLessThanOrEqual(plotWidthPx + 1);
      for (const other of placed.slice(index + 1)) {
        if (one.lane === other.lane) expect(one.to < other.from || other.to < one.from).toBe(true);
      }
    }
  });

  it('keeps one row when there is room', () => {
    expect(
      spans([
        { x: 0, label: 'login' },
        { x: 5, label: 'access' },
      ]).map(({ lane }) => lane),
    ).toEqual([0, 0]);
  });

  it('lets no rule cross a label at the end of the plot', () => {
    const placed = spans([
      { x: 9.3, label: 'gone' },
      { x: 9.8, label: 'asked again: 401' },
    ]);
    for (const one of placed) {
      for (const other of placed) {
        const isCrossed = other.ruleX > one.from && other.ruleX < one.to && other.lane >= one.lane;
        if (one !== other) expect(isCrossed).toBe(false);
      }
    }
  });
});
