/** Experiment 3.2 on a target: are forged tokens refused? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { analyseForgedToken, type ForgedTokenObservations } from './analyse.ts';
import { observeForgedToken } from './run.ts';
import { forgedTokenWords } from './words.ts';
import { forgedTokenWordsZh } from './words.zh.ts';

export const forgedToken: TargetExperiment<ForgedTokenObservations> = onTarget({
  id: '3.2',
  run: observeForgedToken,
  analyse: analyseForgedToken,
  words: { en: forgedTokenWords, zh: forgedTokenWordsZh },
});
