/** An experiment that speaks every language of the lab: one run, one analysis, and one set of words per language. */
import type { Language } from '../language.ts';
import type { Json } from '../results.ts';
import type { LabContext } from './context.ts';
import type { Analysis, Experiment, ExperimentTexts } from './experiment.ts';

export type ExperimentIn<Observations extends Json = Json> = (language: Language) => Experiment<Observations>;

interface Parts<Observations extends Json, Words extends ExperimentTexts>
  extends Pick<Experiment<Observations>, 'id' | 'requires'> {
  /** Its words are for what it says meanwhile; what it records is the same in every language. */
  run(context: LabContext, words: Words): Promise<Observations>;
  analyse(observations: Observations, words: Words): Analysis;
  readonly words: Readonly<Record<Language, Words>>;
}

export function inEachLanguage<Observations extends Json, Words extends ExperimentTexts>({
  id,
  requires,
  run,
  analyse,
  words: inLanguage,
}: Parts<Observations, Words>): ExperimentIn<Observations> {
  return (language) => {
    const words = inLanguage[language];
    const { title, question, hypotheses, design, limits } = words;
    return {
      id,
      title,
      question,
      hypotheses,
      design,
      limits,
      requires,
      run: (context) => run(context, words),
      analyse: (observations) => analyse(observations, words),
    };
  };
}
