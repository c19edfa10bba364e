/** Experiment 3.2: what happens when a token expires? */
import type { Experiment } from './experiment.ts';
import { analyseTokenExpiry, type TokenExpiryObservations } from './l32-token-expiry.analyse.ts';
import { runTokenExpiry } from './l32-token-expiry.run.ts';
import { tokenExpiryWords } from './l32-token-expiry.words.ts';

export const tokenExpiry: Experiment<TokenExpiryObservations> = {
  id: '3.2',
  title: tokenExpiryWords.title,
  question: tokenExpiryWords.question,
  hypotheses: tokenExpiryWords.hypotheses,
  design: tokenExpiryWords.design,
  limits: tokenExpiryWords.limits,
  requires: [],
  run: runTokenExpiry,
  analyse: analyseTokenExpiry,
};
