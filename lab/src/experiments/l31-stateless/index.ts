/** Experiment 3.1: is a JSON Web Token really stateless? */
import type { Experiment } from '../experiment.ts';
import { analyseStateless, type StatelessObservations } from './analyse.ts';
import { runStateless } from './run.ts';
import { statelessWords } from './words.ts';

export const stateless: Experiment<StatelessObservations> = {
  id: '3.1',
  title: statelessWords.title,
  question: statelessWords.question,
  hypotheses: statelessWords.hypotheses,
  design: statelessWords.design,
  limits: statelessWords.limits,
  requires: ['redis'],
  run: runStateless,
  analyse: analyseStateless,
};
