/** Experiment 2.2: does access renew the life of a session? */
import type { Experiment } from './experiment.ts';
import { analyseSlidingTtl, type SlidingTtlObservations } from './l22-sliding-ttl.analyse.ts';
import { runSlidingTtl } from './l22-sliding-ttl.run.ts';
import { slidingTtlWords } from './l22-sliding-ttl.words.ts';

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
