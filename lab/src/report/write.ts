/** Writes a run to a folder: results.json, the two reports, and the charts of the Markdown one. */

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SallyportError } from 'sallyport';
import type { LabResults } from '../results.ts';
import { chartFileName, chartForFile } from './charts.ts';
import { renderHtml } from './html.ts';
import { wordsOf } from './i18n/report-words.ts';
import type { ReportWords } from './i18n/words.ts';
import { renderMarkdown } from './markdown.ts';
import { parseResults } from './schema.ts';

/** The folder of a report cannot be made or written to. */
export class ReportFolderError extends SallyportError {
  override readonly name: string = 'ReportFolderError';

  constructor(folder: string, options?: ErrorOptions) {
    const code = (options?.cause as NodeJS.ErrnoException | undefined)?.code;
    const reason = code === undefined ? '' : ` (${code})`;
    super(
      'ERR_LAB_REPORT_FOLDER',
      `The report cannot be written to ${folder}${reason}: choose a folder you may write to with --out.`,
      options,
    );
  }
}

/** Where the files of a report are, as absolute paths. */
export interface WrittenReport {
  readonly resultsPath: string;
  readonly markdownPath: string;
  readonly htmlPath: string;
}

const chartFile = /^\d+\.\d+-\d+\.svg$/;

/** A reader sees the old file or the new one, never a half of it. */
async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function drawCharts(results: LabResults, words: ReportWords): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const experiment of results.experiments) {
    for (const [index, chart] of experiment.charts.entries()) {
      const svg = await chartForFile(chart, words);
      if (svg !== undefined) files.set(chartFileName(experiment, index), svg);
    }
  }
  return files;
}

async function replaceCharts(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, svg] of files) await replaceFile(join(folder, name), svg);
  // A chart of an earlier run beside a report of this one would be taken for a part of it.
  const left = (await readdir(folder)).filter((name) => chartFile.test(name) && !files.has(name));
  for (const name of left) await rm(join(folder, name), { force: true });
}

async function inFolder<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new ReportFolderError(folder, { cause });
  }
}

/**
 * Writes `results.json`, `report.md`, `report.html` and `charts/` into `folder`, which is made when it is missing.
 * The data comes first and by itself: a report that cannot be drawn does not cost the run, and can be rebuilt.
 *
 * @param words The fixed words of both reports. @default in the language of the run
 * @throws {ReportFolderError} `ERR_LAB_REPORT_FOLDER` when the folder cannot be made or written to.
 * @throws {ResultsFileError} `ERR_LAB_RESULTS_FILE` when the results are not what the schema says.
 */
export async function writeReport(
  results: LabResults,
  folder: string,
  words: ReportWords = wordsOf(results),
): Promise<WrittenReport> {
  const target = resolve(folder);
  const written = {
    resultsPath: join(target, 'results.json'),
    markdownPath: join(target, 'report.md'),
    htmlPath: join(target, 'report.html'),
  };
  const text = `${JSON.stringify(results, null, 2)}\n`;
  await inFolder(target, async () => {
    await mkdir(target, { recursive: true });
    await replaceFile(written.resultsPath, text);
  });
  // The reports are made from what the file holds, so that rebuilding them from it changes nothing.
  const stored = parseResults(text);
  const markdown = renderMarkdown(stored, words);
  const html = await renderHtml(stored, words);
  const charts = await drawCharts(stored, words);
  await inFolder(target, async () => {
    await replaceCharts(join(target, 'charts'), charts);
    await replaceFile(written.markdownPath, markdown);
    await replaceFile(written.htmlPath, html);
  });
  return written;
}
