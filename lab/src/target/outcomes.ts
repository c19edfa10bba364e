/** Counts what "who am I" said, and judges claims about all of the answers. */
import type { Verdict } from '../results.ts';
import type { Outcome } from './visitor.ts';
import type { Told } from './words/told.ts';

export function countTold(answers: readonly Told[], outcome: Outcome): number {
  return answers.filter((answer) => answer.outcome === outcome).length;
}

/** Whether every answer says one thing or the other clearly enough to conclude from it. */
export function allClear(answers: readonly Told[]): boolean {
  return answers.length > 0 && answers.every(({ outcome }) => outcome !== 'unclear' && outcome !== 'failed');
}

/**
 * Whether a session is so much younger than its lifetime that only something else can have ended it. Always true where
 * the lifetime is not known: most are much longer than an experiment.
 */
export function isYoung(ageMs: number, ttlMs: number | null): boolean {
  return ttlMs === null || ageMs < ttlMs / 2;
}

/** The claim that all answers have this outcome: refuted by a clear one that has not, undecided without clear ones. */
export function judgeAll(answers: readonly Told[], wanted: Outcome): Verdict {
  const others = answers.filter(({ outcome }) => outcome !== wanted);
  if (others.some((answer) => allClear([answer]))) return 'refuted';
  return answers.length > 0 && others.length === 0 ? 'confirmed' : 'undecided';
}
