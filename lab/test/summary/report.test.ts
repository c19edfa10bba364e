import { describe, expect, it } from 'vitest';
import { escapeMarkdown } from '../../src/report/escape-markdown.ts';
import { cellText } from '../../src/report/figure.ts';
import { renderHtml } from '../../src/report/html.ts';
import { escapeHtml } from '../../src/report/html-template.ts';
import { english } from '../../src/report/i18n/en.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { parseResults } from '../../src/report/schema.ts';
import type { LabResults, LabSummary } from '../../src/results.ts';
import { sampleResults } from '../report/sample-results.ts';
import { sampleSummary } from '../report/sample-summary.ts';

const summary = sampleSummary('en');
const results: LabResults = { ...sampleResults, summary };

function textsOf({ recommendations, features, performance, claims, ...rest }: LabSummary): string[] {
  return [
    ...recommendations.flatMap(({ kind, needs, choice, reasons, cautions, command = '' }) => [
      kind,
      needs,
      choice,
      ...reasons,
      ...cautions,
      command,
    ]),
    ...[features, performance, claims].flatMap(({ title, columns, rows, notes }) => [
      title,
      ...columns,
      ...rows.flat().map(cellText),
      ...notes,
    ]),
    ...rest.findings.map(({ text }) => text),
    ...rest.differences.flatMap(({ id, statement, evidence }) => [id, statement, evidence]),
    ...rest.problems.flatMap(({ text, remedy = '' }) => [text, remedy]),
    ...rest.next.flatMap(({ text, command }) => [text, command]),
  ];
}

describe('the sample of a summary', () => {
  it('has something in every part', () => {
    for (const part of Object.values(summary)) expect(part).not.toEqual([]);
    const outcomes = new Set(summary.recommendations.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(['either', 'none', 'one', 'undecided']);
    expect(summary.problems.some(({ remedy }) => remedy === undefined)).toBe(true);
    expect(summary.problems.some(({ remedy }) => remedy !== undefined)).toBe(true);
  });
});

describe('the summary in report.html', () => {
  it('has every text, right behind the verdicts', async () => {
    const page = (await renderHtml(results)).replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '');
    const section = page.slice(page.indexOf('<section id="summary"'), page.indexOf('<section id="experiment-1-1"'));
    for (const text of textsOf(summary)) expect(section).toContain(escapeHtml(text));
    expect(page.indexOf('<section id="verdicts"')).toBeLessThan(page.indexOf('<section id="summary"'));
    expect(section.indexOf('<section', 1)).toBe(-1);
    expect(page).toContain('<a href="#summary">');
    expect([...section.matchAll(/class="card is-(\w+)"/g)].map(([, outcome]) => outcome)).toEqual(
      summary.recommendations.map(({ outcome }) => outcome),
    );
  });

  it('links only to experiments that the report has', async () => {
    const page = await renderHtml({ ...results, experiments: sampleResults.experiments.slice(0, 2) });
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('says so when there is nothing to say', async () => {
    const page = await renderHtml({ ...results, summary: { ...summary, differences: [], problems: [], next: [] } });
    for (const text of [english.noDifferences, english.noProblems, english.nothingNext]) expect(page).toContain(text);
  });

  it('is left out where there is none', async () => {
    const page = await renderHtml(sampleResults);
    expect(page).not.toContain('id="summary"');
    expect(page).not.toContain('href="#summary"');
  });

  it('leaves the claim out of an experiment that makes none', async () => {
    const [first] = sampleResults.experiments;
    const claim = `<h3>${english.claimHeading}</h3>`;
    expect(await renderHtml({ ...sampleResults, experiments: [first!] })).toContain(claim);
    const none = { ...sampleResults, experiments: [{ ...first!, hypotheses: [] }] };
    expect(await renderHtml(none)).not.toContain(claim);
    expect(renderMarkdown(none)).not.toContain(english.claimHeading);
  });
});

describe('the summary in report.md', () => {
  it('has every text, right behind the verdicts', () => {
    const report = renderMarkdown(results);
    const section = report.slice(report.indexOf('<a id="summary"></a>'), report.indexOf('<a id="experiment-1-1"></a>'));
    const commands = new Set([
      ...summary.recommendations.map(({ command }) => command),
      ...summary.problems.map(({ remedy }) => remedy),
      ...summary.next.map(({ command }) => command),
    ]);
    for (const text of textsOf(summary)) expect(section).toContain(commands.has(text) ? text : escapeMarkdown(text));
    expect(report.indexOf(`## ${english.verdictsHeading}`)).toBeLessThan(
      report.indexOf(`## ${english.summaryHeading}`),
    );
    expect(renderMarkdown(sampleResults)).not.toContain(english.summaryHeading);
  });
});

describe('the summary in results.json', () => {
  const changed = (change: (summary: Record<string, unknown>) => void): string => {
    const copy = structuredClone(results) as unknown as { summary: Record<string, unknown> };
    change(copy.summary);
    return JSON.stringify(copy);
  };

  it('is read back as it was written', () => {
    expect(parseResults(JSON.stringify(results))).toEqual(results);
  });

  it.each<[string, (summary: Record<string, unknown>) => void, string]>([
    ['a part that is missing', (of) => delete of.features, 'summary.features must be an object, but is missing'],
    [
      'an outcome there is not',
      (of) => Object.assign((of.recommendations as object[])[1]!, { outcome: 'maybe' }),
      'summary.recommendations[1].outcome must be one of one, either, none, undecided, but is "maybe"',
    ],
    [
      'a row that is too short',
      (of) => (of.claims as { rows: unknown[] }).rows.splice(2, 1, ['a']),
      'summary.claims.rows[2] has 1 cells, but summary.claims has 6 columns',
    ],
    [
      'an experiment that is no id',
      (of) => Object.assign((of.findings as object[])[0]!, { experiment: '../1' }),
      'summary.findings[0].experiment must be an experiment id such as "1.1", but is "../1"',
    ],
    [
      'text where a list belongs',
      (of) => Object.assign(of, { next: 'all' }),
      'summary.next must be a list, but is text',
    ],
  ])('is refused with %s', (_, change, message) => {
    expect(() => parseResults(changed(change))).toThrow(message);
  });
});
