/** Experiment 2.3: what happens to sessions and requests when Redis dies? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseRedisDown } from './analyse.ts';
import type { RedisDownObservations } from './observations.ts';
import { runRedisDown } from './run.ts';
import { redisDownWords } from './words.ts';
import { redisDownWordsZh } from './words.zh.ts';

export const redisDown: ExperimentIn<RedisDownObservations> = inEachLanguage({
  id: '2.3',
  requires: ['redis'],
  run: runRedisDown,
  analyse: analyseRedisDown,
  words: { en: redisDownWords, zh: redisDownWordsZh },
});
