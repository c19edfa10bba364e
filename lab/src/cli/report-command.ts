/** `sallyport-lab report results.json`: writes both reports anew from what a run recorded. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { experimentsIn } from '../experiments/registry.ts';
import type { Language } from '../language.ts';
import { ResultsFileError } from '../report/json-shape.ts';
import { parseResults } from '../report/schema.ts';
import { writeReport } from '../report/write.ts';
import type { LabResults } from '../results.ts';
import { retell } from '../run/retell.ts';
import { withSummary } from '../summary/summary-of.ts';
import { retellTarget } from '../target/retell-target.ts';
import type { TargetResults } from '../target/run-target.ts';
import { reportWordsOf } from '../target/words/report.ts';
import type { CliContext } from './context.ts';
import { reportLine, requireWritable } from './report-folder.ts';
import { UsageError } from './usage-error.ts';
import { cliWords } from './words.ts';

export interface ReportFlags {
  /** @default the language of the run */
  readonly lang?: Language;
  readonly out?: string;
}

export async function reportCommand(this: CliContext, { lang, out }: ReportFlags, file: string): Promise<void> {
  const recorded = await readResults(file);
  const results = summarised(lang === undefined ? recorded : toldIn(recorded, lang, file));
  const folder = out ?? dirname(file);
  await requireWritable(folder);
  this.process.stdout.write(
    reportLine(await writeReport(results, folder, reportWordsOf(results)), cliWords(results.language ?? 'en')),
  );
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

function toldIn(results: LabResults, language: Language, file: string): LabResults {
  if (language === (results.language ?? 'en')) return results;
  try {
    if (isTarget(results)) return retellTarget(results, language);
    return retell(results, experimentsIn(language), language);
  } catch (cause) {
    throw new UsageError(`${file}: its observations are not those of this version of the lab.`, { cause });
  }
}

/** An older lab wrote none. */
function summarised(results: LabResults): LabResults {
  return results.summary === undefined && !isTarget(results) ? withSummary(results) : results;
}

function isTarget(results: LabResults): results is TargetResults {
  return 'target' in results;
}
