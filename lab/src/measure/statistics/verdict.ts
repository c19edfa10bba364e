/** From an interval to a verdict on a claim such as "sticky has a lower latency than Redis". */
import { type Comparison, compare, practicalMargin } from './compare.ts';
import type { ControlOutcome } from './control.ts';

/**
 * Why a verdict is what it is: `beyond-margin` decides; `practically-equal` means that there is no difference that
 * matters; `too-uncertain` that the interval crosses the margin; `control-failed` that the run can not be trusted with
 * performance at all.
 */
type VerdictReason = 'beyond-margin' | 'practically-equal' | 'too-uncertain' | 'control-failed';

/** Plain JSON, to be recorded as it is. */
export type ClaimVerdict = {
  readonly verdict: 'confirmed' | 'refuted' | 'undecided';
  readonly reason: VerdictReason;
  /** What the interval says by itself, whatever the control says. */
  readonly comparison: Comparison;
};

export interface Claim {
  /** What the subject's value is said to be in relation to its baseline's. */
  readonly claimed: 'lower' | 'higher';
  /** For the ratio of the subject's value to its baseline's. */
  readonly interval: { readonly low: number; readonly high: number };
  /** The outcome of the A/A control for the same figure in the same run. */
  readonly control: ControlOutcome;
  /** As for `compare`. @default 0.1 */
  readonly margin?: number;
}

/**
 * Confirmed or refuted only when the interval lies wholly beyond the margin, and never when the control failed. A
 * claimed difference that is practically none is not refuted: another run may well find it just beyond the margin.
 * @throws InvalidOptionError
 */
export function judgeClaim({ claimed, interval, control, margin = practicalMargin }: Claim): ClaimVerdict {
  const comparison = compare(interval, margin);
  if (control.status === 'failed') return { verdict: 'undecided', reason: 'control-failed', comparison };
  if (comparison === 'equal') return { verdict: 'undecided', reason: 'practically-equal', comparison };
  if (comparison === 'undecided') return { verdict: 'undecided', reason: 'too-uncertain', comparison };
  return { verdict: comparison === claimed ? 'confirmed' : 'refuted', reason: 'beyond-margin', comparison };
}
