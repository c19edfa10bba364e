/** `sallyport-lab report results.json`: writes both reports anew from what a run recorded. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ResultsFileError } from '../report/json-shape.ts';
import { parseResults } from '../report/schema.ts';
import { writeReport } from '../report/write.ts';
import type { LabResults } from '../results.ts';
import type { CliContext } from './context.ts';
import { reportLine, requireWritable } from './report-folder.ts';
import { UsageError } from './usage-error.ts';

export interface ReportFlags {
  readonly out?: string;
}

export async function reportCommand(this: CliContext, { out }: ReportFlags, file: string): Promise<void> {
  const results = await readResults(file);
  const folder = out ?? dirname(file);
  await requireWritable(folder);
  this.process.stdout.write(reportLine(await writeReport(results, folder)));
}

async function readResults(file: string): Promise<LabResults> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new UsageError(`${file} can not be read (${code}).`, { cause });
  }
  try {
    return parseResults(text);
  } catch (cause) {
    if (cause instanceof ResultsFileError) throw new UsageError(`${file}: ${cause.message}`, { cause });
    throw cause;
  }
}
