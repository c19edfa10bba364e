/** Tells a run on a target again in another language: what was observed stays, what is said about it is made anew. */
import type { Language } from '../language.ts';
import type { ExperimentResult } from '../results.ts';
import { retell } from '../run/retell.ts';
import { classify } from './classification.ts';
import { classificationId, classificationResult } from './classification-result.ts';
import type { TargetResults } from './run-target.ts';
import { targetExperimentsToTell } from './target-experiments.ts';
import { classificationWords, targetWords } from './words/index.ts';

/**
 * Notices and the messages of errors stay as they were recorded.
 * @throws what an analysis throws when observations are not such as its experiment records.
 */
export function retellTarget(results: TargetResults, language: Language): TargetResults {
  const asked = results.experiments
    .filter(({ id }) => id !== classificationId)
    .map((result) => withReasonIn(result, results.language ?? 'en', language));
  const told = retell({ ...results, experiments: asked }, targetExperimentsToTell(language), language);
  const words = classificationWords(language);
  const classification = classify(told.experiments, words.notAsked);
  return {
    ...told,
    experiments: [classificationResult(classification, words), ...told.experiments],
    target: { ...results.target, classification },
  };
}

/** What the target does not allow is said in our words, and these are known in every language. */
function withReasonIn(result: ExperimentResult, from: Language, to: Language): ExperimentResult {
  const known = Object.entries(targetWords(from).cannot).find(([, text]) => text === result.reason);
  const reason =
    known === undefined ? undefined : Object.entries(targetWords(to).cannot).find(([name]) => name === known[0]);
  return typeof reason?.[1] === 'string' ? { ...result, reason: reason[1] } : result;
}
