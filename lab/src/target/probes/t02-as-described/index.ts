/** Experiment 0.2 on a target: does it answer as its file says? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { type AsDescribedObservations, analyseAsDescribed } from './analyse.ts';
import { observeAsDescribed } from './run.ts';
import { asDescribedWords } from './words.ts';
import { asDescribedWordsZh } from './words.zh.ts';

export const asDescribed: TargetExperiment<AsDescribedObservations> = onTarget({
  id: '0.2',
  run: observeAsDescribed,
  analyse: analyseAsDescribed,
  words: { en: asDescribedWords, zh: asDescribedWordsZh },
});
