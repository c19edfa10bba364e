/** `npm run bench -- NAME`: options, checks before anything runs, and the exit code. */
import { randomInt } from 'node:crypto';
import type { Benchmark } from './benchmark.ts';
import {
  type CommandExitCode,
  type CommandOutput,
  listNamed,
  missingPrograms,
  openResultFile,
  parseSeed,
  requireNamed,
  runNamedCommand,
  saveResult,
  seeds,
} from './command/index.ts';
import { describeMachine } from './machine.ts';
import { showProgress } from './progress.ts';
import { resultTable } from './result-table.ts';
import { runBenchmark } from './run-benchmark.ts';

export interface CommandLineOptions extends CommandOutput {
  readonly benchmarks: readonly Benchmark[];
}

type Flags = {
  readonly json?: string;
  readonly quick: boolean;
  readonly seed?: number;
  readonly list: boolean;
};

/** 0: measured. 1: a subject, or the writing of the result, failed. 2: not understood, and nothing was run. */
export async function runCommandLine(args: readonly string[], options: CommandLineOptions): Promise<CommandExitCode> {
  return runNamedCommand<Flags>(
    args,
    {
      program: 'npm run bench --',
      brief: 'Compare Sallyport with its peers, and its own choices with each other',
      nameBrief: 'Which benchmark to run',
      flags: {
        json: {
          kind: 'parsed',
          parse: String,
          brief: 'Write the result to this file',
          placeholder: 'FILE',
          optional: true,
        },
        quick: {
          kind: 'boolean',
          brief: 'Fewer rounds and less data: shows that it works, measures little',
          default: false,
        },
        seed: {
          kind: 'parsed',
          parse: parseSeed,
          brief: 'Repeat the order of the subjects of an earlier run',
          placeholder: 'NUMBER',
          optional: true,
        },
        list: { kind: 'boolean', brief: 'Name the benchmarks', default: false },
      },
      run: async (name, flags) => (flags.list ? list(options) : measure(name, flags, options)),
    },
    options,
  );
}

function list({ benchmarks, stdout }: CommandLineOptions): CommandExitCode {
  stdout.write(listNamed(benchmarks));
  return 0;
}

async function measure(
  name: string | undefined,
  { json, quick, seed = randomInt(seeds) }: Flags,
  { benchmarks, stdout, stderr }: CommandLineOptions,
): Promise<CommandExitCode> {
  const benchmark = requireNamed('benchmark', benchmarks, name);
  const file = json === undefined ? undefined : await openResultFile(json);
  const missing = await missingPrograms(benchmark.name, benchmark.programs);
  if (missing.length > 0) {
    for (const line of missing) stderr.write(line);
    return 1;
  }

  const progress = showProgress(stderr);
  const result = await runBenchmark(benchmark, {
    quick,
    seed,
    machine: await describeMachine(benchmark.packages),
    onMeasure: progress.measuring,
    onFailure: progress.failed,
  });
  progress.done();
  stdout.write(`${benchmark.title} (${result.mode} run, seed ${seed})\n`);
  if (result.rows.length > 0) stdout.write(`${resultTable(benchmark, result)}\n`);
  for (const { subject, message } of result.failures) stdout.write(`${subject}: failed. ${message}\n`);
  if (file !== undefined && json !== undefined && !(await saveResult(file, json, result, stderr))) return 1;
  return result.failures.length === 0 ? 0 : 1;
}
