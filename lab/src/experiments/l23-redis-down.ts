/** Experiment 2.3: what happens to sessions and requests when Redis dies? */
import type { Experiment } from './experiment.ts';
import { analyseRedisDown, type RedisDownObservations } from './l23-redis-down.analyse.ts';
import { runRedisDown } from './l23-redis-down.run.ts';
import { redisDownWords } from './l23-redis-down.words.ts';

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
