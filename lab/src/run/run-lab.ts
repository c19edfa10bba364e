/** A run of the lab: the chosen experiments, one after the other, and what came of them. */
import { type EnsuredPrograms, ensurePrograms } from '../cluster/index.ts';
import type { Experiment } from '../experiments/experiment.ts';
import type { Language } from '../language.ts';
import { type ExperimentResult, type LabResults, schemaVersion } from '../results.ts';
import { withSummary } from '../summary/summary-of.ts';
import { describeEnvironment } from './environment.ts';
import { notRun, reasonOf } from './experiment-result.ts';
import { type LabMode, modeSettings } from './mode.ts';
import type { Progress } from './progress.ts';
import { runExperiment } from './run-experiment.ts';
import { runWords } from './words.ts';

export interface LabRunOptions {
  /** All in the language of the run. */
  readonly experiments: readonly Experiment[];
  /** @default 'en' */
  readonly language?: Language;
  readonly mode: LabMode;
  /** From which client addresses and all other random choices follow. */
  readonly seed: number;
  /** Whether missing servers may be installed. */
  readonly install: boolean;
  /** The command that repeats this run, for the report. */
  readonly command: string;
  /** Aborted to end the run early: what is running is stopped, the rest is not begun. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Whether the results get a summary of the lab's own schemes; a run on a target has none of them. @default true */
  readonly summarise?: boolean;
  /** How long one experiment may take. @default by mode */
  readonly timeLimitMs?: number;
  /** How long a stopped experiment may tidy up. @default 3000 */
  readonly tidyUpMs?: number;
  /** @default finds and, if allowed, installs them */
  readonly programs?: EnsuredPrograms;
}

/** Never rejects for what an experiment does; every requested experiment has a result, in the order of the request. */
export async function runLab(options: LabRunOptions): Promise<LabResults> {
  const { experiments, language = 'en', mode, seed, command, signal, progress } = options;
  const words = runWords(language);
  const { timeScale, timeLimitMs } = modeSettings[mode];
  const startedAt = new Date();
  const begin = performance.now();
  const programs =
    options.programs ?? (await ensurePrograms({ install: options.install, say: (line) => progress.say(line) }));
  const notices = new Set<string>(programs.notices);
  if (programs.nginx === undefined) {
    notices.add(words.balancerStoodIn(programs.mend.nginx));
  }
  for (const notice of notices) progress.say(notice);

  const results = new Map<Experiment, ExperimentResult>();
  await progress.run(
    experiments.map((experiment) => ({
      title: `${experiment.id} ${experiment.title}`,
      run: async (step) => {
        const result = await runExperiment(experiment, {
          language,
          mode,
          timeScale,
          timeLimitMs: options.timeLimitMs ?? timeLimitMs,
          ...(options.tidyUpMs === undefined ? {} : { tidyUpMs: options.tidyUpMs }),
          seed,
          programs,
          signal,
          progress: step,
          notice: (message) => {
            notices.add(`${experiment.id}: ${message}`);
            step(message);
          },
        });
        results.set(experiment, result);
        return result;
      },
    })),
  );
  const finished = experiments.map(
    (experiment) => results.get(experiment) ?? notRun(experiment, reasonOf({ kind: 'interrupted' }, words), 0),
  );
  const told: LabResults = {
    schemaVersion,
    language,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - begin),
    seed,
    timeScale,
    mode,
    command,
    interrupted: signal.aborted && finished.some(({ status }) => status === 'not-run'),
    environment: describeEnvironment(programs),
    notices: [...notices],
    experiments: finished,
  };
  return (options.summarise ?? true) ? withSummary(told) : told;
}
