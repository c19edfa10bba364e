/** Tells a run again in another language: what was observed stays, what is said about it is analysed anew. */

import { commandInLanguage } from '../command-language.ts';
import type { Experiment } from '../experiments/experiment.ts';
import type { Language } from '../language.ts';
import type { ExperimentResult, LabResults } from '../results.ts';
import { withSummary } from '../summary/summary-of.ts';
import { notRun, ran, reasonOf } from './experiment-result.ts';
import { runWords } from './words.ts';

/**
 * Notices and the messages of errors stay as they were recorded.
 *
 * @param experiments In the language wanted; a result that none of them stands for stays as it is.
 * @throws what an analysis throws when observations are not such as its experiment records.
 */
export function retell(results: LabResults, experiments: readonly Experiment[], language: Language): LabResults {
  const told: LabResults = {
    ...results,
    language,
    command: commandInLanguage(results.command, language),
    experiments: results.experiments.map((result) => {
      const experiment = experiments.find(({ id }) => id === result.id);
      return experiment === undefined ? result : retellOne(result, experiment, language);
    }),
  };
  return told.summary === undefined ? told : withSummary(told);
}

function retellOne(result: ExperimentResult, experiment: Experiment, language: Language): ExperimentResult {
  const { status, observations, durationMs, cause, reason = '', remedy } = result;
  if (status === 'ran') return ran(experiment, observations, durationMs);
  const why = cause === undefined ? { reason } : reasonOf(cause, runWords(language));
  return {
    ...notRun(experiment, { ...why, ...(remedy === undefined ? {} : { remedy }) }, durationMs),
    observations,
  };
}
