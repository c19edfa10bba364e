/** Experiment 2.3: what happens to sessions and requests when Redis dies? */
import type { Experiment } from '../experiment.ts';
import { analyseRedisDown } from './analyse.ts';
import type { RedisDownObservations } from './observations.ts';
import { runRedisDown } from './run.ts';
import { redisDownWords } from './words.ts';

export const redisDown: Experiment<RedisDownObservations> = {
  id: '2.3',
  title: redisDownWords.title,
  question: redisDownWords.question,
  hypotheses: redisDownWords.hypotheses,
  design: redisDownWords.design,
  limits: redisDownWords.limits,
  requires: ['redis'],
  run: runRedisDown,
  analyse: analyseRedisDown,
};
