/** Experiment 3.2: what happens when a token expires? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseTokenExpiry, type TokenExpiryObservations } from './analyse.ts';
import { runTokenExpiry } from './run.ts';
import { tokenExpiryWords } from './words.ts';
import { tokenExpiryWordsZh } from './words.zh.ts';

export const tokenExpiry: ExperimentIn<TokenExpiryObservations> = inEachLanguage({
  id: '3.2',
  requires: [],
  run: runTokenExpiry,
  analyse: analyseTokenExpiry,
  words: { en: tokenExpiryWords, zh: tokenExpiryWordsZh },
});
