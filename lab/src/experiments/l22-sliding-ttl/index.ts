/** Experiment 2.2: does access renew the life of a session? */
import type { Experiment } from '../experiment.ts';
import { analyseSlidingTtl, type SlidingTtlObservations } from './analyse.ts';
import { runSlidingTtl } from './run.ts';
import { slidingTtlWords } from './words.ts';

export const slidingTtl: Experiment<SlidingTtlObservations> = {
  id: '2.2',
  title: slidingTtlWords.title,
  question: slidingTtlWords.question,
  hypotheses: slidingTtlWords.hypotheses,
  design: slidingTtlWords.design,
  limits: slidingTtlWords.limits,
  requires: ['redis'],
  run: runSlidingTtl,
  analyse: analyseSlidingTtl,
};
