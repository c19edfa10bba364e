/** Experiment 1.3: what is lost when a server with sessions in its memory dies? */
import type { Experiment } from '../experiment.ts';
import { analyseServerLoss } from './analyse.ts';
import type { ServerLossObservations } from './figures.ts';
import { runServerLoss } from './run.ts';
import { serverLossWords } from './words.ts';

export const serverLoss: Experiment<ServerLossObservations> = {
  id: '1.3',
  title: serverLossWords.title,
  question: serverLossWords.question,
  hypotheses: serverLossWords.hypotheses,
  design: serverLossWords.design,
  limits: serverLossWords.limits,
  requires: ['balancer'],
  run: runServerLoss,
  analyse: analyseServerLoss,
};
