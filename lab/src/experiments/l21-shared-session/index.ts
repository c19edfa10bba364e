/** Experiment 2.1: can every server read a session that is kept in Redis? */
import type { Experiment } from '../experiment.ts';
import { analyseSharedSession, type SharedSessionObservations } from './analyse.ts';
import { runSharedSession } from './run.ts';
import { sharedSessionWords } from './words.ts';

export const sharedSession: Experiment<SharedSessionObservations> = {
  id: '2.1',
  title: sharedSessionWords.title,
  question: sharedSessionWords.question,
  hypotheses: sharedSessionWords.hypotheses,
  design: sharedSessionWords.design,
  limits: sharedSessionWords.limits,
  requires: ['redis', 'balancer'],
  run: runSharedSession,
  analyse: analyseSharedSession,
};
