/** Experiment 4.2: which scheme has the highest throughput? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseThroughput } from './analyse.ts';
import type { ThroughputObservations } from './observations.ts';
import { runThroughput } from './run.ts';
import { throughputWords } from './words.ts';
import { throughputWordsZh } from './words.zh.ts';

export const throughput: ExperimentIn<ThroughputObservations> = inEachLanguage({
  id: '4.2',
  requires: ['redis'],
  run: runThroughput,
  analyse: analyseThroughput,
  words: { en: throughputWords, zh: throughputWordsZh },
});
