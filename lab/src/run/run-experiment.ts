/** Runs one experiment so that nothing it does can hurt the others: its failure makes it, and only it, "not run". */
import { setTimeout as delay } from 'node:timers/promises';
import { type EnsuredPrograms, ProgramMissingError } from '../cluster/index.ts';
import type { Experiment } from '../experiments/experiment.ts';
import type { Language } from '../language.ts';
import type { ExperimentResult, Json } from '../results.ts';
import { ExperimentTimeoutError, InterruptedError } from './errors.ts';
import { type NotRunReason, notRun, ran, reasonOf } from './experiment-result.ts';
import { createLabContext, type OwnedContext } from './lab-context.ts';
import type { LabMode } from './mode.ts';
import type { RunWords } from './words.en.ts';
import { runWords } from './words.ts';

export interface ExperimentRun {
  readonly language: Language;
  readonly mode: LabMode;
  readonly timeScale: number;
  readonly timeLimitMs: number;
  /** How long a stopped experiment may tidy up before what it started is taken from under it. @default 3000 */
  readonly tidyUpMs?: number;
  readonly seed: number;
  readonly programs: EnsuredPrograms;
  /** Aborted when the whole run is interrupted. */
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  readonly notice: (message: string) => void;
}

/** Never rejects. */
export async function runExperiment(experiment: Experiment, run: ExperimentRun): Promise<ExperimentResult> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  const words = runWords(run.language);
  if (run.signal.aborted) return notRun(experiment, reasonOf({ kind: 'interrupted' }, words), durationMs());
  if (experiment.requires.includes('redis') && run.programs.redisServer === undefined) {
    return notRun(experiment, missing('redis-server', run.programs, words), durationMs());
  }
  const outcome = await observe(experiment, run);
  if ('error' in outcome) return notRun(experiment, failure(outcome.error, run.programs, words), durationMs());
  try {
    return ran(experiment, outcome.observations, durationMs());
  } catch (error) {
    const { reason } = failure(error, run.programs, words);
    return {
      ...notRun(experiment, { reason: words.notAnalysed(reason) }, durationMs()),
      observations: outcome.observations,
    };
  }
}

type Outcome = { readonly observations: Json } | { readonly error: unknown };

async function observe(experiment: Experiment, run: ExperimentRun): Promise<Outcome> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new InterruptedError());
  run.signal.addEventListener('abort', interrupt, { once: true });
  const timer = setTimeout(() => stop.abort(new ExperimentTimeoutError(run.timeLimitMs)), run.timeLimitMs);
  const stopped = new Promise<Outcome>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve({ error: stop.signal.reason }), { once: true });
  });
  const context = createLabContext({ ...run, experimentId: experiment.id, signal: stop.signal });
  const running = attempt(experiment, context);
  try {
    const outcome = await Promise.race([running, stopped]);
    // What an experiment returns after it was stopped may be half an observation.
    return stop.signal.aborted ? { error: stop.signal.reason } : outcome;
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', interrupt);
    await tidyUp(running, context, run.tidyUpMs ?? 3_000);
  }
}

async function attempt(experiment: Experiment, context: OwnedContext): Promise<Outcome> {
  try {
    // What is analysed is what results.json will hold, so that a report rebuilt from it says the same.
    return { observations: JSON.parse(JSON.stringify(await experiment.run(context))) as Json };
  } catch (error) {
    return { error };
  }
}

async function tidyUp(running: Promise<Outcome>, context: OwnedContext, tidyUpMs: number): Promise<void> {
  const settled = running.then(() => true);
  if (!(await Promise.race([settled, delay(tidyUpMs, false)]))) {
    await context.stopAll();
    // Without servers its requests fail at once; what it started meanwhile is stopped below.
    await Promise.race([settled, delay(tidyUpMs)]);
  }
  await context.stopAll();
}

function failure(error: unknown, programs: EnsuredPrograms, words: RunWords): NotRunReason {
  if (error instanceof ProgramMissingError) return missing(error.program, programs, words);
  if (error instanceof InterruptedError) return reasonOf({ kind: 'interrupted' }, words);
  if (error instanceof ExperimentTimeoutError) {
    return reasonOf({ kind: 'timed-out', afterSeconds: Math.round(error.timeLimitMs / 1000) }, words);
  }
  return { reason: error instanceof Error ? error.message : String(error) };
}

function missing(program: string, { mend }: EnsuredPrograms, words: RunWords): NotRunReason {
  const remedy = Object.entries(mend).find(([name]) => name === program)?.[1];
  const why = reasonOf({ kind: 'program-missing', program }, words);
  return remedy === undefined ? why : { ...why, remedy };
}
