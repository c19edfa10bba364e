/** Experiment 2.2: does access renew the life of a session? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseSlidingTtl, type SlidingTtlObservations } from './analyse.ts';
import { runSlidingTtl } from './run.ts';
import { slidingTtlWords } from './words.ts';
import { slidingTtlWordsZh } from './words.zh.ts';

export const slidingTtl: ExperimentIn<SlidingTtlObservations> = inEachLanguage({
  id: '2.2',
  requires: ['redis'],
  run: runSlidingTtl,
  analyse: analyseSlidingTtl,
  words: { en: slidingTtlWords, zh: slidingTtlWordsZh },
});
