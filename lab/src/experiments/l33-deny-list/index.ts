/** Experiment 3.3: does a deny-list give logout to tokens? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseDenyList, type DenyListObservations } from './analyse.ts';
import { runDenyList } from './run.ts';
import { denyListWords } from './words.ts';
import { denyListWordsZh } from './words.zh.ts';

export const denyList: ExperimentIn<DenyListObservations> = inEachLanguage({
  id: '3.3',
  requires: ['redis'],
  run: runDenyList,
  analyse: analyseDenyList,
  words: { en: denyListWords, zh: denyListWordsZh },
});
