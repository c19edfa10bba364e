import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { countLines, verdictTable } from '../../src/cli/verdict-table.ts';
import { columnsOf } from '../../src/report/line-break.ts';
import { chineseResults } from '../report/chinese-results.ts';
import { sampleResults } from '../report/sample-results.ts';

describe('the table of verdicts', () => {
  it.each([64, 80, 99, 100, 120, 200])('fits into %i characters and names every experiment', (width) => {
    const table = verdictTable(sampleResults, { colour: false, width });
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    for (const { id } of sampleResults.experiments) expect(table).toContain(` ${id} `);
  });

  it.each([64, 80, 99, 100, 120, 200])('keeps its columns in Chinese, in %i characters', (width) => {
    const [first = '', ...lines] = verdictTable(chineseResults, { colour: false, width }).split('\n');
    const table = lines.filter((line) => /^[├│└]/.test(line));
    expect(columnsOf(first)).toBeLessThanOrEqual(width);
    expect(new Set(table.map(columnsOf))).toEqual(new Set([columnsOf(first)]));
    expect(table.join('\n')).not.toContain('…');
    expect(lines.join('\n')).toContain(width < 100 ? '● 证实  ▲ 证伪' : '● 证实');
    for (const question of ['ip_hash', 'JSON Web']) expect(table.join('\n')).toContain(question);
  });

  it('counts in Chinese', () => {
    const [counts] = countLines(chineseResults);
    expect(counts).toMatch(/^9 个实验运行了 \d 个，用时 86\.9 s · 证实 \d+ · 证伪 \d+/);
  });

  it('says each verdict by shape and word, in colour only when asked', () => {
    const plain = verdictTable(sampleResults, { colour: false, width: 120 });
    expect(plain).toContain('● confirmed');
    expect(plain).toContain('▲ refuted');
    expect(plain).toContain('○ not run');
    expect(plain).not.toContain('\u001b');
    const coloured = verdictTable(sampleResults, { colour: true, width: 120 });
    expect(coloured).toContain('\u001b');
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    // A narrow one has room for the shapes alone: the words are below.
    expect(verdictTable(sampleResults, { colour: false, width: 80 }).split('\n').at(-1)).toContain('● confirmed');
  });

  it('counts, and says what did not run, why, and what mends it', () => {
    const notRun = sampleResults.experiments.filter(({ status }) => status === 'not-run');
    const [counts, ...lines] = countLines(sampleResults);
    expect(counts).toContain(
      `${sampleResults.experiments.length - notRun.length} of ${sampleResults.experiments.length} experiments ran`,
    );
    expect(lines).toHaveLength(notRun.length);
    for (const [index, { id, remedy }] of notRun.entries()) {
      expect(lines[index]).toContain(`${id} did not run: `);
      if (remedy !== undefined) expect(lines[index]).toContain(remedy);
    }
  });
});
