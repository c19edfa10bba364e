/** Experiment 1.3: what is lost when a server with sessions in its memory dies? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseServerLoss } from './analyse.ts';
import type { ServerLossObservations } from './figures.ts';
import { runServerLoss } from './run.ts';
import { serverLossWords } from './words.ts';
import { serverLossWordsZh } from './words.zh.ts';

export const serverLoss: ExperimentIn<ServerLossObservations> = inEachLanguage({
  id: '1.3',
  requires: ['balancer'],
  run: runServerLoss,
  analyse: analyseServerLoss,
  words: { en: serverLossWords, zh: serverLossWordsZh },
});
