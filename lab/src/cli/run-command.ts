/** `sallyport-lab [run]`: runs experiments and writes the report. */
import type { Experiment } from '../experiments/experiment.ts';
import { experiments as allExperiments } from '../experiments/registry.ts';
import { writeReport } from '../report/write.ts';
import type { LabResults } from '../results.ts';
import { chooseProgress } from '../run/choose-progress.ts';
import { runLab } from '../run/run-lab.ts';
import type { CliContext } from './context.ts';
import { modeOf, randomSeed } from './flags.ts';
import { watchInterruption } from './interruption.ts';
import { reportLine, requireWritable } from './report-folder.ts';
import { countLines, verdictTable } from './verdict-table.ts';

export interface RunFlags {
  readonly only?: readonly Experiment[];
  readonly quick: boolean;
  readonly full: boolean;
  readonly seed?: number;
  readonly out: string;
  readonly json: boolean;
  readonly list: boolean;
  readonly install: boolean;
}

export async function runCommand(this: CliContext, flags: RunFlags): Promise<void> {
  const { stdout, stderr, env } = this.process;
  const { only, seed = randomSeed(), out, json, install } = flags;
  const experiments = only ?? allExperiments;
  const mode = modeOf(flags);
  if (flags.list) {
    stdout.write(listOf(experiments));
    return;
  }
  await requireWritable(out);
  const progress = chooseProgress({ stdout, stderr, env, quietStdout: json });
  const interruption = watchInterruption((line) => progress.say(line));
  try {
    progress.say(`${experiments.length} experiments, ${mode} mode, seed ${seed}.`);
    const command = commandLine(flags, seed);
    const results = await runLab({ experiments, mode, seed, install, command, signal: interruption.signal, progress });
    const summary = json ? stderr : stdout;
    writeSummary(summary, results, env);
    if (json) stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    summary.write(reportLine(await writeReport(results, out)));
    if (results.experiments.some(({ status }) => status === 'not-run')) this.setExitCode(1);
  } finally {
    interruption.release();
  }
}

function writeSummary(stream: NodeJS.WriteStream, results: LabResults, env: CliContext['process']['env']): void {
  const colour = stream.isTTY === true && stream.hasColors?.(16, env) === true && (env.NO_COLOR ?? '') === '';
  stream.write(`\n${verdictTable(results, { colour, width: stream.columns || 120 })}\n`);
  for (const line of countLines(results)) stream.write(`${line}\n`);
}

/** Repeats the run: the seed is always said, the folder is the user's own matter. */
function commandLine({ only, quick, full, install }: RunFlags, seed: number): string {
  const flags = [
    ...(quick ? ['--quick'] : []),
    ...(full ? ['--full'] : []),
    ...(only === undefined ? [] : ['--only', only.map(({ id }) => id).join(',')]),
    ...(install ? [] : ['--no-install']),
    '--seed',
    String(seed),
  ];
  return `npm run lab -- ${flags.join(' ')}`;
}

function listOf(experiments: readonly Experiment[]): string {
  const needs = { redis: 'redis-server', balancer: 'nginx or the built-in balancer' };
  return experiments
    .map(({ id, title, question, requires }) => {
      const wanted = requires.map((requirement) => needs[requirement]).join(', ') || 'nothing but Node';
      return `${id}  ${title}\n     ${question}\n     needs: ${wanted}\n`;
    })
    .join('');
}
