/** Experiment 2.2 on a target: does an access renew the session? */
import { onTarget, type TargetExperiment } from '../../target-experiment.ts';
import { analyseExpiry, type ExpiryObservations } from './analyse.ts';
import { observeExpiry } from './run.ts';
import { expiryWords } from './words.ts';
import { expiryWordsZh } from './words.zh.ts';

export const expiry: TargetExperiment<ExpiryObservations> = onTarget({
  id: '2.2',
  run: observeExpiry,
  analyse: analyseExpiry,
  words: { en: expiryWords, zh: expiryWordsZh },
});
