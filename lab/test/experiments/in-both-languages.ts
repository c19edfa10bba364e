/** Analyses the same observations in every language: the judgement may not depend on it, nor any figure. */
import { expect } from 'vitest';
import type { Analysis } from '../../src/experiments/experiment.ts';
import type { ExperimentIn } from '../../src/experiments/in-each-language.ts';
import type { Json, ResultChart } from '../../src/results.ts';
import { expectChinese } from './chinese.ts';

/** Gives the English analysis, after the Chinese one has been held against it. */
export function inBothLanguages<Observations extends Json>(
  experiment: ExperimentIn<Observations>,
): (observations: Observations) => Analysis {
  return (observations) => {
    const english = experiment('en').analyse(observations);
    const chinese = experiment('zh').analyse(observations);
    expect(decisions(chinese)).toEqual(decisions(english));
    const pairs = [textsOf(english), textsOf(chinese)] as const;
    expect(pairs[1]).toHaveLength(pairs[0].length);
    for (const [index, text] of pairs[1].entries()) expectChinese(text, pairs[0][index]!);
    return english;
  };
}

function decisions({ judgements, charts, tables }: Analysis): unknown {
  return {
    judgements: judgements.map(({ id, verdict }) => [id, verdict]),
    charts: charts.map((chart) => (chart.kind === 'line' ? chart.series.map(({ points }) => points) : bars(chart))),
    cells: tables.map(({ rows }) => rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell : 'text')))),
  };
}

function bars(chart: Extract<ResultChart, { kind: 'bar' }>): number[] {
  return chart.bars.map(({ value }) => value);
}

function textsOf({ headline, tables, charts, judgements, findings }: Analysis): string[] {
  return [
    headline,
    ...findings,
    ...judgements.map(({ evidence }) => evidence),
    ...tables.flatMap(({ title, columns, rows }) => [title, ...columns, ...rows.flat().map(String)]),
    ...charts.flatMap((chart) => [chart.title, chart.xTitle, chart.yTitle, chart.note ?? '–', ...labelsOf(chart)]),
  ];
}

function labelsOf(chart: ResultChart): string[] {
  if (chart.kind === 'bar') return chart.bars.flatMap(({ label, group = '–' }) => [label, group]);
  return [...chart.series.map(({ name }) => name), ...(chart.marks ?? []).map(({ label }) => label)];
}
