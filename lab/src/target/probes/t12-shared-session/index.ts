/** Experiment 1.2 on a target: does every node know a session that one of them made? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { analyseSharedSession, type SharedSessionObservations } from './analyse.ts';
import { observeSharedSession } from './run.ts';
import { sharedSessionWords } from './words.ts';
import { sharedSessionWordsZh } from './words.zh.ts';

export const sharedSession: TargetExperiment<SharedSessionObservations> = onTarget({
  id: '1.2',
  run: observeSharedSession,
  analyse: analyseSharedSession,
  words: { en: sharedSessionWords, zh: sharedSessionWordsZh },
});
