/** Experiment 1.3 on a target: what is lost when a node dies? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { analyseNodeDeath, type NodeDeathObservations } from './analyse.ts';
import { observeNodeDeath } from './run.ts';
import { nodeDeathWords } from './words.ts';
import { nodeDeathWordsZh } from './words.zh.ts';

export const nodeDeath: TargetExperiment<NodeDeathObservations> = onTarget({
  id: '1.3',
  run: observeNodeDeath,
  analyse: analyseNodeDeath,
  words: { en: nodeDeathWords, zh: nodeDeathWordsZh },
});
