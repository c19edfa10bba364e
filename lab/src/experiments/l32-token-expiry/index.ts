/** Experiment 3.2: what happens when a token expires? */
import type { Experiment } from '../experiment.ts';
import { analyseTokenExpiry, type TokenExpiryObservations } from './analyse.ts';
import { runTokenExpiry } from './run.ts';
import { tokenExpiryWords } from './words.ts';

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
