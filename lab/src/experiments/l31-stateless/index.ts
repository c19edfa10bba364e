/** Experiment 3.1: is a JSON Web Token really stateless? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseStateless, type StatelessObservations } from './analyse.ts';
import { runStateless } from './run.ts';
import { statelessWords } from './words.ts';
import { statelessWordsZh } from './words.zh.ts';

export const stateless: ExperimentIn<StatelessObservations> = inEachLanguage({
  id: '3.1',
  requires: ['redis'],
  run: runStateless,
  analyse: analyseStateless,
  words: { en: statelessWords, zh: statelessWordsZh },
});
