/** Experiment 2.1: can every server read a session that is kept in Redis? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseSharedSession, type SharedSessionObservations } from './analyse.ts';
import { runSharedSession } from './run.ts';
import { sharedSessionWords } from './words.ts';
import { sharedSessionWordsZh } from './words.zh.ts';

export const sharedSession: ExperimentIn<SharedSessionObservations> = inEachLanguage({
  id: '2.1',
  requires: ['redis', 'balancer'],
  run: runSharedSession,
  analyse: analyseSharedSession,
  words: { en: sharedSessionWords, zh: sharedSessionWordsZh },
});
