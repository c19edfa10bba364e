/** Experiment 3.3: does a deny-list give logout to tokens? */
import type { Experiment } from '../experiment.ts';
import { analyseDenyList, type DenyListObservations } from './analyse.ts';
import { runDenyList } from './run.ts';
import { denyListWords } from './words.ts';

export const denyList: Experiment<DenyListObservations> = {
  id: '3.3',
  title: denyListWords.title,
  question: denyListWords.question,
  hypotheses: denyListWords.hypotheses,
  design: denyListWords.design,
  limits: denyListWords.limits,
  requires: ['redis'],
  run: runDenyList,
  analyse: analyseDenyList,
};
