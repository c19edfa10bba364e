/** Experiment 1.1: does `ip_hash` send a client always to the same server? */
import { type ExperimentIn, inEachLanguage } from '../in-each-language.ts';
import { analyseIpHash, type IpHashObservations } from './analyse.ts';
import { runIpHash } from './run.ts';
import { ipHashWords } from './words.ts';
import { ipHashWordsZh } from './words.zh.ts';

export const ipHash: ExperimentIn<IpHashObservations> = inEachLanguage({
  id: '1.1',
  requires: ['balancer'],
  run: runIpHash,
  analyse: analyseIpHash,
  words: { en: ipHashWords, zh: ipHashWordsZh },
});
