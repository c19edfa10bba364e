import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { cellText } from '../../src/report/figure.ts';
import { renderHtml } from '../../src/report/html.ts';
import { escapeHtml } from '../../src/report/html-template.ts';
import { english } from '../../src/report/i18n/en.ts';
import { parseResults } from '../../src/report/schema.ts';
import type { LabResults } from '../../src/results.ts';
import { hostileResults } from './hostile-results.ts';
import { sampleResults } from './sample-results.ts';

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start) + start.length;
  expect(text).toContain(start);
  return text.slice(from, text.indexOf(end, from));
}

/** What a reader sees: without style, script and the raw data. */
function readable(page: string): string {
  return page.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '');
}

describe('renderHtml', () => {
  let page: string;
  let seen: string;

  beforeAll(async () => {
    page = await renderHtml(sampleResults);
    seen = readable(page);
  });

  it('contains every text of every experiment', () => {
    for (const experiment of sampleResults.experiments) {
      const texts = [
        experiment.title,
        experiment.question,
        experiment.headline,
        experiment.reason ?? '',
        experiment.remedy ?? '',
        ...experiment.design,
        ...experiment.findings,
        ...experiment.limits,
        ...experiment.hypotheses.flatMap(({ statement, evidence }) => [statement, evidence]),
        ...experiment.tables.flatMap(({ title, columns, rows }) => [title, ...columns, ...rows.flat().map(cellText)]),
        ...experiment.charts.flatMap(({ title, note }) => [title, note ?? '']),
      ];
      for (const text of texts) expect(seen).toContain(escapeHtml(text));
    }
  });

  it('shows each verdict of each experiment in the first table, by word and shape', () => {
    const table = between(seen, 'class="verdict-table"', '</table>');
    for (const experiment of sampleResults.experiments) {
      const row = between(table, `<td role="cell" class="id">${experiment.id}</td>`, '</tr>');
      expect(row).toContain(`href="#experiment-${experiment.id.replace('.', '-')}"`);
      const shown = [...row.matchAll(/<use href="#shape-([a-z-]+)"\/><\/svg>([a-z ]+)</g)].map(([, shape, word]) => [
        shape,
        word,
      ]);
      expect(shown).toEqual(experiment.hypotheses.map(({ verdict }) => [verdict, english.verdict[verdict]]));
    }
  });

  it('counts the verdicts, and what did not run by itself', () => {
    const tally = between(seen, '<ul class="tally">', '</ul>');
    expect([...tally.matchAll(/class="count">(\d+)</g)].map(([, count]) => Number(count))).toEqual([18, 3, 2, 1, 3]);
    expect(seen).toContain('1 experiment did not run');
    expect(seen).toContain(english.refutedIsAFinding);
  });

  it('draws one chart in two sizes for each chart with samples, with a text for those who do not see it', () => {
    const charts = sampleResults.experiments.flatMap((experiment) => experiment.charts);
    expect(seen.match(/<svg class="chart-wide"[^>]*role="img" aria-label="[^"]{40,}"/g)).toHaveLength(charts.length);
    expect(seen.match(/<svg class="chart-narrow"/g)).toHaveLength(charts.length);
  });

  it('labels an interrupted run and a built-in balancer', async () => {
    const { environment } = sampleResults;
    const marked = await renderHtml({
      ...sampleResults,
      interrupted: true,
      environment: { ...environment, balancer: 'built-in' },
    });
    expect(marked).toContain(english.labelInterrupted);
    expect(marked).toContain(english.labelBuiltInBalancer);
    expect(seen).not.toContain(english.labelInterrupted);
    expect(seen).not.toContain(english.labelBuiltInBalancer);
  });

  it('every anchor it links to exists, once', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('carries the whole run as JSON that reads back', () => {
    const raw = between(page, '<script type="application/json" id="results">', '</script>');
    expect(parseResults(raw)).toEqual(JSON.parse(JSON.stringify(sampleResults)));
  });

  it('loads nothing from anywhere', () => {
    const addresses = [...page.matchAll(/\b(?:src|href|action|xlink:href|srcset|poster)="([^"]*)"/g)].map(
      ([, address]) => address,
    );
    expect(addresses.length).toBeGreaterThan(20);
    for (const address of addresses) expect(address).toMatch(/^(#|data:image\/svg\+xml,)/);
    const style = between(page, '<style>', '</style>');
    expect(style).not.toMatch(/url\(|@import|@font-face/);
  });

  it('allows exactly the style and the script it was written with', () => {
    const policy = between(page, 'Content-Security-Policy" content="', '"').replaceAll('&#39;', "'");
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src ${hash(between(page, '<style>', '</style>'))};`);
    expect(policy).toContain(`script-src ${hash(between(page, '<script>', '</script>'))};`);
    expect(readable(page)).not.toMatch(/ style="| on[a-z]+="/);
  });

  it('keeps hostile text as text', async () => {
    const hostile = await renderHtml(hostileResults);
    expect(hostile.match(/<script/g)).toHaveLength(2);
    expect(hostile.match(/<\/script>/g)).toHaveLength(2);
    for (const danger of ['<!--', '<img', '\u0000'])
      expect(`${danger}: ${hostile.includes(danger)}`).toBe(`${danger}: false`);
    const addresses = [...hostile.matchAll(/<[^>]*\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    for (const address of addresses) expect(address).toMatch(/^(#|data:)/);
    const raw = between(hostile, 'id="results">', '</script>');
    expect(JSON.parse(raw)).toEqual(JSON.parse(JSON.stringify(hostileResults)));
  });

  it('renders a run of nothing', async () => {
    const nothing: LabResults = { ...sampleResults, experiments: [], notices: [] };
    await expect(renderHtml(nothing)).resolves.toContain('0 experiments');
  });

  it('is the same, byte for byte, from the file and from the run, at any time and in any order', async () => {
    const fromFile = await renderHtml(parseResults(JSON.stringify(sampleResults)));
    const atOnce = await Promise.all([renderHtml(sampleResults), renderHtml(sampleResults)]);
    // Compared as a whole: a difference of two pages is too long to be read.
    for (const again of [fromFile, ...atOnce]) expect(again === page).toBe(true);
  });
});
