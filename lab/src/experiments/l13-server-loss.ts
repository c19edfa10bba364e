/** Experiment 1.3: what is lost when a server with sessions in its memory dies? */
import type { Experiment } from './experiment.ts';
import { analyseServerLoss } from './l13-server-loss.analyse.ts';
import type { ServerLossObservations } from './l13-server-loss.figures.ts';
import { runServerLoss } from './l13-server-loss.run.ts';
import { serverLossWords } from './l13-server-loss.words.ts';

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
