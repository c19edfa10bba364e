/** What came of one experiment, told in the experiment's own language. */
import { type Analysis, type Experiment, hypothesisResults } from '../experiments/experiment.ts';
import type { ExperimentResult, Json, NotRunCause } from '../results.ts';
import type { RunWords } from './words.en.ts';

export interface NotRunReason {
  readonly reason: string;
  readonly cause?: NotRunCause;
  readonly remedy?: string;
}

/** One of the runner's own reasons, in words. */
export function reasonOf(cause: NotRunCause, words: RunWords): NotRunReason {
  return { reason: words.notRun(cause), cause };
}

/** The result of an experiment that could not be done. */
export function notRun(experiment: Experiment, why: NotRunReason, durationMs: number): ExperimentResult {
  return {
    ...aboutOf(experiment),
    status: 'not-run',
    ...why,
    durationMs,
    headline: '',
    observations: null,
    tables: [],
    charts: [],
    hypotheses: hypothesisResults(experiment.hypotheses, []),
    findings: [],
  };
}

/** The result of an experiment that was done. @throws what its analysis throws */
export function ran(experiment: Experiment, observations: Json, durationMs: number): ExperimentResult {
  const { judgements, ...analysis }: Analysis = experiment.analyse(observations);
  return {
    ...aboutOf(experiment),
    status: 'ran',
    ...analysis,
    observations,
    hypotheses: hypothesisResults(experiment.hypotheses, judgements),
    durationMs,
  };
}

type About = Pick<ExperimentResult, 'id' | 'title' | 'question' | 'design' | 'limits'>;

function aboutOf({ id, title, question, design, limits }: Experiment): About {
  return { id, title, question, design, limits };
}
