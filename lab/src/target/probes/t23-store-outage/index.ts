/** Experiment 2.3 on a target: what happens when the store of the sessions is away? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { analyseStoreOutage, type StoreOutageObservations } from './analyse.ts';
import { observeStoreOutage } from './run.ts';
import { storeOutageWords } from './words.ts';
import { storeOutageWordsZh } from './words.zh.ts';

export const storeOutage: TargetExperiment<StoreOutageObservations> = onTarget({
  id: '2.3',
  run: observeStoreOutage,
  analyse: analyseStoreOutage,
  words: { en: storeOutageWords, zh: storeOutageWordsZh },
});
