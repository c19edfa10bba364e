import { describe, expect, it } from 'vitest';
import { codeBlock, escapeMarkdown } from '../../src/report/escape-markdown.ts';
import { cellText } from '../../src/report/figure.ts';
import { english } from '../../src/report/i18n/en.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { parseResults } from '../../src/report/schema.ts';
import { hostileResults } from './hostile-results.ts';
import { sampleResults } from './sample-results.ts';
import { sampleSummary } from './sample-summary.ts';

/** The cells of a row; a pipe that is escaped does not end a cell. */
function cells(row: string): string[] {
  return row.slice(2, -2).split(/ (?<!\\)\| /);
}

describe('renderMarkdown', () => {
  const report = renderMarkdown(sampleResults);

  it('contains every text of every experiment', () => {
    for (const experiment of sampleResults.experiments) {
      const texts = [
        experiment.title,
        experiment.question,
        experiment.headline,
        experiment.reason ?? '',
        ...experiment.design,
        ...experiment.findings,
        ...experiment.limits,
        ...experiment.hypotheses.flatMap(({ statement, evidence }) => [statement, evidence]),
        ...experiment.tables.flatMap(({ title, columns, rows }) => [title, ...columns, ...rows.flat().map(cellText)]),
        ...experiment.charts.flatMap(({ title, note }) => [title, note ?? '']),
      ];
      for (const text of texts) expect(report).toContain(escapeMarkdown(text));
    }
  });

  it('opens with the counts and one row of verdicts per experiment', () => {
    expect(report).toContain('● 18 confirmed · ▲ 3 refuted · ◆ 2 conditional · ◇ 1 undecided · ○ 3 not run');
    const glyphs = { confirmed: '●', refuted: '▲', conditional: '◆', undecided: '◇', 'not-run': '○' };
    for (const { id, hypotheses } of sampleResults.experiments) {
      const row = report.split('\n').find((line) => line.startsWith(`| ${id} |`));
      const verdicts = hypotheses.map(({ verdict }) => `${glyphs[verdict]} ${english.verdict[verdict]}`);
      expect(cells(row ?? '').slice(2, 5)).toEqual(verdicts);
    }
  });

  it('says what was not run, why, and how to mend it', () => {
    const section = report.slice(report.indexOf('## 3.3'));
    expect(section).toContain(`### ${english.notRunHeading}\n\nredis-server did not come up again`);
    expect(section).toContain('npm run lab -- --only 3.3 --quick\n');
    expect(section).not.toContain(`### ${english.happenedHeading}`);
    expect(report).toContain('- [ ] 3.3');
    expect(report).toContain('- [x] 3.2');
  });

  it('links each chart as a file beside it', () => {
    const links = [...report.matchAll(/^!\[[^\]]{20,}\]\((charts\/[\d.]+-\d+\.svg)\)$/gm)].map(([, path]) => path);
    expect(links).toEqual(['1.1-1', '1.3-1', '2.1-1', '2.2-1', '3.1-1', '3.2-1'].map((name) => `charts/${name}.svg`));
  });

  it('repeats the run and each experiment with the same seed and mode', () => {
    expect(report).toContain('```sh\nnpm run lab -- --quick --seed 424242\n```');
    expect(report).toContain('```sh\nnpm run lab -- --only 2.3 --quick --seed 424242\n```');
  });

  it('is the same, byte for byte, from the file and from the run', () => {
    expect(renderMarkdown(parseResults(JSON.stringify(sampleResults)))).toBe(report);
  });

  it('keeps hostile text as text', () => {
    const hostile = renderMarkdown(hostileResults);
    const prose = hostile.replace(/^(`{3,})sh\n.*\n\1$/gm, '');
    expect(prose).not.toContain('<script');
    expect(prose).not.toContain('<img');
    expect(prose).not.toContain('<!--');
    expect(prose).not.toMatch(/(?<!\\)`/);
    expect(prose).not.toMatch(/(?<!\\)\]\(http/);
    expect(prose).not.toContain('\u0000');
    const columnsOf = (text: string): number[] =>
      text
        .split('\n')
        .filter((line) => line.startsWith('| '))
        .map((line) => cells(line).length);
    const plain = renderMarkdown({ ...sampleResults, summary: sampleSummary('en') });
    expect(columnsOf(hostile)).toEqual(columnsOf(plain));
    const headings = (text: string): number => text.match(/^#+ /gm)?.length ?? 0;
    expect(headings(prose)).toBe(headings(plain));
  });
});

describe('escapeMarkdown', () => {
  it('leaves plain text readable', () => {
    expect(escapeMarkdown('ip_hash: 200 / 401, 66.1 % (2 of 3)')).toBe('ip_hash: 200 / 401, 66.1 % (2 of 3)');
  });

  it('escapes what Markdown would read', () => {
    expect(escapeMarkdown('a|b `c` _d_ *e* <f>')).toBe('a\\|b \\`c\\` \\_d\\_ \\*e\\* &lt;f&gt;');
    expect(escapeMarkdown('1. first')).toBe('1\\. first');
    expect(escapeMarkdown('- item')).toBe('\\- item');
    expect(escapeMarkdown('# heading')).toBe('\\# heading');
    expect(escapeMarkdown('&lt;')).toBe('&amp;lt;');
    expect(escapeMarkdown('two\nlines')).toBe('two lines');
  });

  it('fences code longer than any fence inside it', () => {
    expect(codeBlock('echo ````')).toBe('`````sh\necho ````\n`````');
    expect(codeBlock('a\n```\nb')).toBe('````sh\na ``` b\n````');
  });
});
