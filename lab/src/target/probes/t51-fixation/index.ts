/** Experiment 5.1 on a target: does the session get a new id at login? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { analyseFixation, type FixationObservations } from './analyse.ts';
import { observeFixation } from './run.ts';
import { fixationWords } from './words.ts';
import { fixationWordsZh } from './words.zh.ts';

export const fixation: TargetExperiment<FixationObservations> = onTarget({
  id: '5.1',
  run: observeFixation,
  analyse: analyseFixation,
  words: { en: fixationWords, zh: fixationWordsZh },
});
