import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ResultsFileError } from '../../src/report/json-shape.ts';
import { parseResults } from '../../src/report/schema.ts';
import { ReportFolderError, writeReport } from '../../src/report/write.ts';
import { sampleResults } from './sample-results.ts';

const chartNames = ['1.1-1.svg', '1.3-1.svg', '2.1-1.svg', '2.2-1.svg', '3.1-1.svg', '3.2-1.svg'];

describe('writeReport', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sallyport-report-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function contents(of: string): Promise<Map<string, string>> {
    const files = (await readdir(of, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
    return new Map(
      await Promise.all(paths.map(async (path) => [path.slice(of.length + 1), await readFile(path, 'utf8')] as const)),
    );
  }

  it('writes the data, both reports and the charts, and leaves no temporary file', async () => {
    const target = join(folder, 'new', 'lab-report');
    const written = await writeReport(sampleResults, target);
    expect(written.htmlPath).toBe(join(target, 'report.html'));
    expect([...(await contents(target)).keys()]).toEqual(
      [...chartNames.map((name) => `charts/${name}`), 'report.html', 'report.md', 'results.json'].sort(),
    );
  });

  it('links no chart that it did not write', async () => {
    await writeReport(sampleResults, folder);
    const files = await contents(folder);
    const links = [...(files.get('report.md') ?? '').matchAll(/\]\((charts\/[^)]+)\)/g)].map(([, path]) => path!);
    expect(links).toHaveLength(chartNames.length);
    for (const link of links) expect(files.get(link)).toContain('<svg');
  });

  it('rebuilds the same files, byte for byte, from results.json', async () => {
    const written = await writeReport(sampleResults, folder);
    const before = await contents(folder);
    await writeReport(parseResults(await readFile(written.resultsPath, 'utf8')), folder);
    const after = await contents(folder);
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [name, text] of after) expect(`${name} ${text === before.get(name)}`).toBe(`${name} true`);
  });

  it('removes the charts of an earlier run, and nothing else', async () => {
    await mkdir(join(folder, 'charts'));
    await writeFile(join(folder, 'charts', '9.9-1.svg'), 'old');
    await writeFile(join(folder, 'charts', 'mine.svg'), 'mine');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await writeReport(sampleResults, folder);
    const files = await contents(folder);
    expect(files.has('charts/9.9-1.svg')).toBe(false);
    expect(files.get('charts/mine.svg')).toBe('mine');
    expect(files.get('notes.txt')).toBe('mine');
  });

  it('says which folder it cannot write to, and leaves it as it was', async () => {
    const file = join(folder, 'taken');
    await writeFile(file, 'a file');
    const failure = await writeReport(sampleResults, join(file, 'report')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ReportFolderError);
    expect(failure).toMatchObject({ code: 'ERR_LAB_REPORT_FOLDER' });
    expect((failure as Error).message).toContain(`cannot be written to ${join(file, 'report')} (ENOTDIR)`);
    expect(await readFile(file, 'utf8')).toBe('a file');
  });

  it('leaves no temporary file, and the data, when a report cannot be replaced', async () => {
    await mkdir(join(folder, 'report.md'));
    await expect(writeReport(sampleResults, folder)).rejects.toThrow(ReportFolderError);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(await readdir(folder)).toContain('results.json');
  });

  it('keeps the data of a run whose report cannot be made', async () => {
    const [first, ...rest] = sampleResults.experiments;
    const chart = {
      kind: 'bar' as const,
      title: 't',
      xTitle: 'x',
      yTitle: 'y',
      bars: [{ label: 'a', value: Number.NaN }],
    };
    const broken = { ...sampleResults, experiments: [{ ...first!, charts: [chart] }, ...rest] };
    await expect(writeReport(broken, folder)).rejects.toThrow(ResultsFileError);
    expect(await readdir(folder)).toEqual(['results.json']);
  });

  it('leaves whole files when the same report is written many times at once', async () => {
    await Promise.all(Array.from({ length: 4 }, () => writeReport(sampleResults, folder)));
    const files = await contents(folder);
    expect(files.size).toBe(chartNames.length + 3);
    expect(files.get('report.html')?.endsWith('</html>\n')).toBe(true);
  });
});
