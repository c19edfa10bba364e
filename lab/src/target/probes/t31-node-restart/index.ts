/** Experiment 3.1 on a target: does a session outlive a restart of its node? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { analyseNodeRestart, type NodeRestartObservations } from './analyse.ts';
import { observeNodeRestart } from './run.ts';
import { nodeRestartWords } from './words.ts';
import { nodeRestartWordsZh } from './words.zh.ts';

export const nodeRestart: TargetExperiment<NodeRestartObservations> = onTarget({
  id: '3.1',
  run: observeNodeRestart,
  analyse: analyseNodeRestart,
  words: { en: nodeRestartWords, zh: nodeRestartWordsZh },
});
