/** A run of the lab on an application that a file describes. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InvalidOptionError } from 'sallyport';
import { type EnsuredPrograms, ensurePrograms } from '../cluster/index.ts';
import type { LabResults } from '../results.ts';
import { type LabRunOptions, runLab } from '../run/run-lab.ts';
import { classify, type TargetClassification } from './classification.ts';
import { classificationResult } from './classification-result.ts';
import { TargetFileError } from './errors.ts';
import { readTarget } from './read-target.ts';
import { targetExperimentIds, targetExperiments } from './target-experiments.ts';
import type { TargetFile } from './target-file.ts';
import { putToTest } from './target-under-test.ts';
import { classificationWords } from './words/index.ts';

export interface TargetRunOptions
  extends Pick<LabRunOptions, 'language' | 'seed' | 'install' | 'command' | 'signal' | 'progress'> {
  /** Ids of the experiments to run. @default all of `targetExperimentIds` */
  readonly only?: readonly string[];
  /** Where `${env:NAME}` is looked up. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What results.json says in addition when the run was on a target. */
interface TargetSummary {
  readonly name: string;
  readonly classification: TargetClassification;
  /** Ids of experiments that should have run and did not; those that the target does not allow are not among them. */
  readonly failures: readonly string[];
}

export interface TargetResults extends LabResults {
  readonly target: TargetSummary;
}

/**
 * Reads the file, starts what it says, asks every question that it allows, and leaves everything as it was. What can
 * not be asked is `not-run` with the reason. Passwords, cookies and tokens are in no result and no error.
 *
 * @throws {TargetFileError} `ERR_LAB_TARGET_FILE`, before anything is started.
 * @throws {InvalidOptionError} `ERR_INVALID_OPTION` for an unknown id in `only`.
 */
export async function runTarget(path: string, options: TargetRunOptions): Promise<TargetResults> {
  const { language = 'en', seed, install, command, signal, progress, only, env = process.env } = options;
  const unknown = only?.find((id) => !targetExperimentIds.includes(id));
  if (unknown !== undefined) throw new InvalidOptionError('only', `ids out of ${targetExperimentIds.join(', ')}`);
  const file = readTarget(await textOf(path), env);
  const programs = await programsFor(file, install, (line) => progress.say(line));
  const target = putToTest({ file, language, folder: dirname(resolve(path)), programs, env, signal });
  try {
    const results = await runLab({
      experiments: targetExperiments(target, only),
      language,
      mode: 'default',
      summarise: false,
      timeLimitMs: file.limits.probeSeconds * 1000,
      programs,
      seed,
      install,
      command,
      signal,
      progress,
    });
    const words = classificationWords(language);
    const classification = classify(results.experiments, words.notAsked);
    const failed = results.experiments.filter(({ id, status }) => status === 'not-run' && !target.cannot.has(id));
    return target.redaction.cleanAll({
      ...results,
      experiments: [classificationResult(classification, words), ...results.experiments],
      target: { name: file.name, classification, failures: failed.map(({ id }) => id) },
    });
  } finally {
    await target.close();
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new TargetFileError([`${path} can not be read (${code})`], { cause });
  }
}

/** Only what the file asks for is installed, or missed. */
async function programsFor(
  { store, balancer }: TargetFile,
  install: boolean,
  say: (line: string) => void,
): Promise<EnsuredPrograms> {
  const needed = store?.lab !== undefined || balancer?.lab !== undefined;
  const programs = await ensurePrograms({ install: install && needed, say });
  return needed ? programs : { ...programs, notices: [] };
}
