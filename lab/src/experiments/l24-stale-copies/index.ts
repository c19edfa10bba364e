/** Experiment 2.4: how long does a server serve its copy of a session that was ended elsewhere? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseStaleCopies } from './analyse.ts';
import type { StaleCopiesObservations } from './observations.ts';
import { runStaleCopies } from './run.ts';
import { staleCopiesWords } from './words.ts';
import { staleCopiesWordsZh } from './words.zh.ts';

export const staleCopies: ExperimentIn<StaleCopiesObservations> = inEachLanguage({
  id: '2.4',
  requires: ['redis'],
  run: runStaleCopies,
  analyse: analyseStaleCopies,
  words: { en: staleCopiesWords, zh: staleCopiesWordsZh },
});
