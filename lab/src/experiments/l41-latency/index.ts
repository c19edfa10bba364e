/** Experiment 4.1: which scheme has the lowest latency? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseLatency } from './analyse.ts';
import type { LatencyObservations } from './observations.ts';
import { runLatency } from './run.ts';
import { latencyWords } from './words.ts';
import { latencyWordsZh } from './words.zh.ts';

export const latency: ExperimentIn<LatencyObservations> = inEachLanguage({
  id: '4.1',
  requires: ['redis'],
  run: runLatency,
  analyse: analyseLatency,
  words: { en: latencyWords, zh: latencyWordsZh },
});
