/** `sallyport-lab [run]`: runs experiments and writes the report. */
import { InvalidOptionError } from 'sallyport';
import { languageFlags } from '../command-language.ts';
import type { Experiment } from '../experiments/experiment.ts';
import { experimentIds, experimentsIn } from '../experiments/registry.ts';
import type { Language } from '../language.ts';
import { writeReport } from '../report/write.ts';
import type { LabResults } from '../results.ts';
import { chooseProgress } from '../run/choose-progress.ts';
import { runLab } from '../run/run-lab.ts';
import { TargetFileError } from '../target/errors.ts';
import { runTarget, type TargetResults } from '../target/run-target.ts';
import { targetExperimentIds } from '../target/target-experiments.ts';
import { reportWordsOf } from '../target/words/report.ts';
import type { CliContext } from './context.ts';
import { modeOf, randomSeed, requireKnown } from './flags.ts';
import { watchInterruption } from './interruption.ts';
import { recommendationLines } from './recommendation-lines.ts';
import { reportLine, requireWritable } from './report-folder.ts';
import { UsageError } from './usage-error.ts';
import { countLines, verdictTable } from './verdict-table.ts';
import type { CliWords } from './words.en.ts';
import { cliWords } from './words.ts';

export interface RunFlags {
  /** Ids of experiments. @default all */
  readonly only?: readonly string[];
  readonly quick: boolean;
  readonly full: boolean;
  readonly seed?: number;
  readonly out: string;
  readonly lang: Language;
  readonly json: boolean;
  readonly list: boolean;
  readonly install: boolean;
  /** File that describes an application of the user's; its experiments run instead of the lab's own. */
  readonly target?: string;
}

export async function runCommand(this: CliContext, flags: RunFlags): Promise<void> {
  const { stdout, stderr, env } = this.process;
  const { only, seed = randomSeed(), out, lang, json, install, target } = flags;
  if (target !== undefined && (flags.quick || flags.full || flags.list)) {
    throw new UsageError('--target goes with --only, --seed, --out, --json, --lang and --no-install only');
  }
  const words = cliWords(lang);
  requireKnown(only, target === undefined ? experimentIds : targetExperimentIds);
  const experiments = experimentsIn(lang).filter(({ id }) => only?.includes(id) ?? true);
  const mode = modeOf(flags);
  if (flags.list) {
    stdout.write(listOf(experiments, words));
    return;
  }
  await requireWritable(out);
  const progress = chooseProgress({ language: lang, stdout, stderr, env, quietStdout: json });
  const interruption = watchInterruption(() => progress.say(words.interrupted));
  try {
    const command = commandLine(flags, seed);
    const { signal } = interruption;
    const shared = { language: lang, seed, install, command, signal, progress };
    if (target === undefined) progress.say(words.starting(experiments.length, mode, seed));
    const results =
      target === undefined
        ? await runLab({ ...shared, experiments, mode })
        : await runTarget(target, { ...shared, ...(only === undefined ? {} : { only }) }).catch(orUsage);
    const summary = json ? stderr : stdout;
    writeSummary(summary, results, env);
    // A part of the experiments decides next to nothing, and a target is none of the lab's schemes.
    if (only === undefined && target === undefined) {
      for (const line of recommendationLines(results)) summary.write(`${line}\n`);
    }
    if (json) stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    summary.write(reportLine(await writeReport(results, out, reportWordsOf(results)), words));
    if (couldNotRun(results)) this.setExitCode(1);
  } finally {
    interruption.release();
  }
}

/** A file that cannot be used, or an id it has no question for, is a bad argument: nothing was started. */
function orUsage(cause: unknown): never {
  if (cause instanceof TargetFileError || cause instanceof InvalidOptionError) {
    throw new UsageError(cause.message, { cause });
  }
  throw cause;
}

/** What a target does not allow is an answer; what should have run and did not is a failure. */
function couldNotRun(results: LabResults | TargetResults): boolean {
  if ('target' in results) return results.target.failures.length > 0;
  return results.experiments.some(({ status }) => status === 'not-run');
}

function writeSummary(stream: NodeJS.WriteStream, results: LabResults, env: CliContext['process']['env']): void {
  const colour = stream.isTTY === true && stream.hasColors?.(16, env) === true && (env.NO_COLOR ?? '') === '';
  stream.write(`\n${verdictTable(results, { colour, width: stream.columns || 120 })}\n`);
  for (const line of countLines(results)) stream.write(`${line}\n`);
}

/** Repeats the run: the seed is always said, the folder is the user's own matter. */
function commandLine({ only, quick, full, install, lang, target }: RunFlags, seed: number): string {
  const flags = [
    ...(target === undefined ? [] : ['--target', target]),
    ...(quick ? ['--quick'] : []),
    ...(full ? ['--full'] : []),
    ...(only === undefined ? [] : ['--only', only.join(',')]),
    ...(install ? [] : ['--no-install']),
    '--seed',
    String(seed),
    ...languageFlags(lang),
  ];
  return `npm run lab -- ${flags.join(' ')}`;
}

function listOf(experiments: readonly Experiment[], words: CliWords): string {
  return experiments
    .map(({ id, title, question, requires }) => {
      const needs = words.needs(requires.map((requirement) => words.requirements[requirement]));
      return `${id}  ${title}\n     ${question}\n     ${needs}\n`;
    })
    .join('');
}
