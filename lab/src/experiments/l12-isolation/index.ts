/** Experiment 1.2: are the sessions of servers with sessions in memory isolated from each other? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseIsolation, type IsolationObservations } from './analyse.ts';
import { runIsolation } from './run.ts';
import { isolationWords } from './words.ts';
import { isolationWordsZh } from './words.zh.ts';

export const isolation: ExperimentIn<IsolationObservations> = inEachLanguage({
  id: '1.2',
  requires: ['balancer'],
  run: runIsolation,
  analyse: analyseIsolation,
  words: { en: isolationWords, zh: isolationWordsZh },
});
