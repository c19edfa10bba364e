/** Experiment 1.1: does `ip_hash` send a client always to the same server? */
import type { Experiment } from './experiment.ts';
import { analyseIpHash, type IpHashObservations } from './l11-ip-hash.analyse.ts';
import { runIpHash } from './l11-ip-hash.run.ts';
import { ipHashWords } from './l11-ip-hash.words.ts';

export const ipHash: Experiment<IpHashObservations> = {
  id: '1.1',
  title: ipHashWords.title,
  question: ipHashWords.question,
  hypotheses: ipHashWords.hypotheses,
  design: ipHashWords.design,
  limits: ipHashWords.limits,
  requires: ['balancer'],
  run: runIpHash,
  analyse: analyseIpHash,
};
