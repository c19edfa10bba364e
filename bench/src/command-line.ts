/** `npm run bench -- NAME`: options, checks before anything runs, and the exit code. */
import { randomInt } from 'node:crypto';
import { ensurePrograms } from '@sallyport/lab/cluster';
import { buildApplication, buildCommand, ExitCode, run } from '@stricli/core';
import type { Benchmark } from './benchmark.ts';
import { BenchmarkUsageError } from './errors.ts';
import { describeMachine } from './machine.ts';
import { showProgress, type TextOutput } from './progress.ts';
import { openResultFile } from './result-file.ts';
import { resultTable } from './result-table.ts';
import { runBenchmark } from './run-benchmark.ts';

export interface CommandLineOptions {
  readonly benchmarks: readonly Benchmark[];
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
}

interface Flags {
  readonly json?: string;
  readonly quick: boolean;
  readonly seed?: number;
  readonly list: boolean;
}

/** 0: measured. 1: a subject, or the writing of the result, failed. 2: not understood, and nothing was run. */
export type BenchmarkExitCode = 0 | 1 | 2;

/** Runs one command line to its end; the process' exit code is left to the caller. */
export async function runCommandLine(args: readonly string[], options: CommandLineOptions): Promise<BenchmarkExitCode> {
  const { stdout, stderr } = options;
  let outcome: BenchmarkExitCode = 0;
  const command = buildCommand<Flags, [name?: string]>({
    func: async (flags, name) => {
      try {
        outcome = flags.list ? list(options) : await measure(name, flags, options);
      } catch (error) {
        if (!(error instanceof BenchmarkUsageError)) throw error;
        stderr.write(`${error.message}\n`);
        outcome = 2;
      }
    },
    parameters: {
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
      positional: {
        kind: 'tuple',
        parameters: [{ parse: String, brief: 'Which benchmark to run', placeholder: 'NAME', optional: true }],
      },
    },
    docs: { brief: 'Compare Sallyport with its peers, and its own choices with each other' },
  });
  const application = buildApplication(command, {
    name: 'npm run bench --',
    documentation: { disableAnsiColor: true },
    scanner: { caseStyle: 'original' },
  });
  const stricli: { stdout: TextOutput; stderr: TextOutput; exitCode?: number | string | null } = { stdout, stderr };
  await run(application, args, { process: stricli });
  if (stricli.exitCode === ExitCode.Success) return outcome;
  return stricli.exitCode === ExitCode.CommandRunError ? 1 : 2;
}

function list({ benchmarks, stdout }: CommandLineOptions): BenchmarkExitCode {
  const width = Math.max(...benchmarks.map(({ name }) => name.length));
  for (const { name, title } of benchmarks) stdout.write(`${name.padEnd(width)}  ${title}\n`);
  return 0;
}

async function measure(
  name: string | undefined,
  { json, quick, seed = randomInt(2 ** 32) }: Flags,
  { benchmarks, stdout, stderr }: CommandLineOptions,
): Promise<BenchmarkExitCode> {
  const benchmark = benchmarks.find((candidate) => candidate.name === name);
  if (benchmark === undefined) {
    const known = benchmarks.map((candidate) => candidate.name).join(', ');
    throw new BenchmarkUsageError(
      name === undefined
        ? `Say which benchmark to run: ${known}.`
        : `There is no benchmark ${name}; there are: ${known}.`,
    );
  }
  const file = json === undefined ? undefined : await openResultFile(json);
  const { redisServer, nginx, mend } = await ensurePrograms({ install: false, say: () => {} });
  const found = { 'redis-server': redisServer, nginx };
  const missing = benchmark.programs.filter((program) => found[program] === undefined);
  if (missing.length > 0) {
    for (const program of missing) stderr.write(`${benchmark.name} needs ${program}: ${mend[program]}\n`);
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
  if (file !== undefined) {
    try {
      await file.write(result);
    } catch (error) {
      stderr.write(`The result could not be written to ${json}: ${(error as Error).message}\n`);
      return 1;
    }
    stderr.write(`The result is in ${json}.\n`);
  }
  return result.failures.length === 0 ? 0 : 1;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d{1,10}$/.test(text) || seed >= 2 ** 32) {
    throw new SyntaxError(`a seed is a whole number from 0 to ${2 ** 32 - 1}`);
  }
  return seed;
}
