/** Experiment 1.2: are the sessions of servers with sessions in memory isolated from each other? */
import type { Experiment } from './experiment.ts';
import { analyseIsolation, type IsolationObservations } from './l12-isolation.analyse.ts';
import { runIsolation } from './l12-isolation.run.ts';
import { isolationWords } from './l12-isolation.words.ts';

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
