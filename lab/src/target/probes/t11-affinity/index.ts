/** Experiment 1.1 on a target: where does its balancer send a client, and does the client stay logged in? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { type AffinityObservations, analyseAffinity } from './analyse.ts';
import { observeAffinity } from './run.ts';
import { affinityWords } from './words.ts';
import { affinityWordsZh } from './words.zh.ts';

export const affinity: TargetExperiment<AffinityObservations> = onTarget({
  id: '1.1',
  run: observeAffinity,
  analyse: analyseAffinity,
  words: { en: affinityWords, zh: affinityWordsZh },
});
