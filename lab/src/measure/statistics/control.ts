/**
 * The A/A control: one program measured against itself, started apart and under two names, in the same blocks as all
 * others. A method that sees a difference there sees something that is not, and its other verdicts are worth nothing.
 */
import { type Comparison, compare, practicalMargin } from './compare.ts';

/** Plain JSON, to be recorded as it is. */
export type ControlOutcome = {
  /** `failed`: the program was found different from itself. */
  readonly status: 'passed' | 'failed';
  /** `undecided` has passed too, but says that the machine was noisy and that small differences can not be told. */
  readonly comparison: Comparison;
};

/** @param margin As for `compare`. @default 0.1 @throws InvalidOptionError */
export function judgeControl(
  interval: { readonly low: number; readonly high: number },
  margin: number = practicalMargin,
): ControlOutcome {
  const comparison = compare(interval, margin);
  return { status: comparison === 'lower' || comparison === 'higher' ? 'failed' : 'passed', comparison };
}
