/** Experiment 4.3: what does each scheme cost? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseCost } from './analyse.ts';
import type { CostObservations } from './observations.ts';
import { runCost } from './run.ts';
import { costWords } from './words.ts';
import { costWordsZh } from './words.zh.ts';

export const cost: ExperimentIn<CostObservations> = inEachLanguage({
  id: '4.3',
  requires: ['redis'],
  run: runCost,
  analyse: analyseCost,
  words: { en: costWords, zh: costWordsZh },
});
