/** Experiment 3.3 on a target: is a credential worthless after the logout, at once and at every node? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { analyseLogout, type LogoutObservations } from './analyse.ts';
import { observeLogout } from './run.ts';
import { logoutWords } from './words.ts';
import { logoutWordsZh } from './words.zh.ts';

export const logout: TargetExperiment<LogoutObservations> = onTarget({
  id: '3.3',
  run: observeLogout,
  analyse: analyseLogout,
  words: { en: logoutWords, zh: logoutWordsZh },
});
