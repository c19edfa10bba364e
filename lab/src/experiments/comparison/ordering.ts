/** Judges claims of the form "this scheme has less of it than that one" on paired blocks, with the A/A control. */
import { type Comparison, compare } from '../../measure/statistics/compare.ts';
import { type ControlOutcome, judgeControl } from '../../measure/statistics/control.ts';
import { type BlockSample, pairedRatios } from '../../measure/statistics/paired-ratios.ts';
import { type RatioInterval, ratioInterval } from '../../measure/statistics/two-level-bootstrap.ts';
import { type ClaimVerdict, judgeClaim } from '../../measure/statistics/verdict.ts';
import { seededRandom } from '../seeded-random.ts';
import type { SubjectName } from './subjects.ts';

export interface JudgedRatio {
  readonly subject: SubjectName;
  readonly baseline: SubjectName;
  readonly interval: RatioInterval;
  readonly comparison: Comparison;
}

export interface OrderClaim {
  readonly subject: SubjectName;
  readonly baseline: SubjectName;
  readonly claimed: 'lower' | 'higher';
}

export interface OrderJudgement {
  readonly verdict: ClaimVerdict['verdict'];
  /** Why it is not decided; `null` when it is. */
  readonly because: 'control-failed' | 'practically-equal' | 'too-uncertain' | 'too-few' | null;
  /** One per claim; fewer when there was too little to compare. */
  readonly ratios: readonly JudgedRatio[];
}

/** `null` with fewer than two processes in which both were measured. Random, but the same for the same samples. */
export function ratioOf(
  samples: readonly BlockSample[],
  subject: SubjectName,
  baseline: SubjectName,
): JudgedRatio | null {
  const ratios = pairedRatios(samples, subject, baseline);
  if (ratios.length < 2) return null;
  const interval = ratioInterval(ratios, { random: seededRandom(1, `${subject} to ${baseline}`) });
  return { subject, baseline, interval, comparison: compare(interval) };
}

/** @param of The program that is measured twice. @default 'sticky' */
export function controlOf(
  samples: readonly BlockSample[],
  of: 'sticky' | 'jwt' = 'sticky',
): (ControlOutcome & { readonly ratio: JudgedRatio }) | null {
  const ratio = ratioOf(samples, `${of}-again`, of);
  return ratio === null ? null : { ...judgeControl(ratio.interval), ratio };
}

/** All claims have to hold; one that is refuted refutes them together. */
export function judgeOrder(
  samples: readonly BlockSample[],
  claims: readonly OrderClaim[],
  control: ControlOutcome | null = controlOf(samples),
): OrderJudgement {
  const ratios: JudgedRatio[] = [];
  const verdicts: ClaimVerdict[] = [];
  for (const { subject, baseline, claimed } of claims) {
    const ratio = ratioOf(samples, subject, baseline);
    if (ratio === null || control === null) continue;
    ratios.push(ratio);
    verdicts.push(judgeClaim({ claimed, interval: ratio.interval, control }));
  }
  if (verdicts.length < claims.length) return { verdict: 'undecided', because: 'too-few', ratios };
  if (verdicts.some(({ verdict }) => verdict === 'refuted')) return { verdict: 'refuted', because: null, ratios };
  const open = verdicts.find(({ verdict }) => verdict === 'undecided');
  if (open === undefined) return { verdict: 'confirmed', because: null, ratios };
  return { verdict: 'undecided', because: open.reason === 'beyond-margin' ? null : open.reason, ratios };
}
