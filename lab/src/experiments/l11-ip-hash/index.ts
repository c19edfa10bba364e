/** Experiment 1.1: does `ip_hash` send a client always to the same server? */
import type { Experiment } from '../experiment.ts';
import { analyseIpHash, type IpHashObservations } from './analyse.ts';
import { runIpHash } from './run.ts';
import { ipHashWords } from './words.ts';

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
