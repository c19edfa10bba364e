/** An experiment on a target: like the lab's own, in every language, but with the application instead of a scheme. */
import type { Analysis, Experiment, ExperimentTexts } from '../experiments/experiment.ts';
import { inEachLanguage } from '../experiments/in-each-language.ts';
import type { Language } from '../language.ts';
import type { Json } from '../results.ts';
import type { DescribedTools, TargetUnderTest } from './target-under-test.ts';

export interface TargetExperiment<Observations extends Json = Json> {
  readonly id: string;
  /** To be run, in the language of the target. */
  on(target: TargetUnderTest): Experiment<Observations>;
  /** For observations that were made before; it can not be run. */
  toTell(language: Language): Experiment<Observations>;
}

interface Parts<Observations extends Json, Words extends ExperimentTexts> {
  /** Where the question is that of an experiment of the lab, its number. */
  readonly id: string;
  /** @throws TargetCannotError when the question can not be put to this application */
  run(tools: DescribedTools, words: Words): Promise<Observations>;
  analyse(observations: Observations, words: Words): Analysis;
  readonly words: Readonly<Record<Language, Words>>;
}

export function onTarget<Observations extends Json, Words extends ExperimentTexts>({
  id,
  run,
  analyse,
  words,
}: Parts<Observations, Words>): TargetExperiment<Observations> {
  const experimentOn = (target?: TargetUnderTest) =>
    inEachLanguage<Observations, Words>({
      id,
      // What a target needs is in its file, and looked at when it is started.
      requires: [],
      run: async (context, inOne) => {
        if (target === undefined) throw new TypeError(`Experiment ${id} has no target to be run on.`);
        return target.use(id, context, (tools) => run(tools, inOne));
      },
      analyse,
      words,
    });
  return {
    id,
    on: (target) => experimentOn(target)(target.language),
    toTell: (language) => experimentOn()(language),
  };
}
