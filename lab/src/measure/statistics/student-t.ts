/** How many standard errors a two-sided 95 % interval reaches when the standard error itself is an estimate. */
import { InvalidOptionError } from 'sallyport';

/** The 97.5 % quantiles of Student's t for 1 to 9 degrees of freedom. */
const few = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216];
const normal = 1.959964;

/** @param degreesOfFreedom For n independent values, n − 1. @throws InvalidOptionError */
export function studentT975(degreesOfFreedom: number): number {
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new InvalidOptionError('degreesOfFreedom', 'a whole number of at least 1');
  }
  const known = few[degreesOfFreedom - 1];
  if (known !== undefined) return known;
  // Fisher's expansion around the normal quantile, right to three decimals from ten degrees on.
  const z = normal;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degreesOfFreedom + second / degreesOfFreedom ** 2 + third / degreesOfFreedom ** 3;
}
