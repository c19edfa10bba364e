/** Experiment 1.2: are the sessions of servers with sessions in memory isolated from each other? */
import type { Experiment } from '../experiment.ts';
import { analyseIsolation, type IsolationObservations } from './analyse.ts';
import { runIsolation } from './run.ts';
import { isolationWords } from './words.ts';

export const isolation: Experiment<IsolationObservations> = {
  id: '1.2',
  title: isolationWords.title,
  question: isolationWords.question,
  hypotheses: isolationWords.hypotheses,
  design: isolationWords.design,
  limits: isolationWords.limits,
  requires: ['balancer'],
  run: runIsolation,
  analyse: analyseIsolation,
};
