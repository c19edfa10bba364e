/**
 * A 95 % interval for the ratio between two subjects, from paired ratios per process and block.
 *
 * The estimate is the geometric mean, over the processes, of each process' median ratio: the median ignores the blocks
 * that something else on the machine has spoilt, and processes count as what they are, few and different.
 *
 * Its standard error is found by resampling the processes and, within each, its blocks. The interval is that many
 * standard errors wide as Student's t asks for with so few processes: the bootstrap's own percentiles would hold the
 * true ratio in as few as 81 of 100 simulated runs with 3 processes and 87 with 5, where 95 are promised.
 */
import { InvalidOptionError } from 'sallyport';
import type { SeededRandom } from '../../experiments/seeded-random.ts';
import { mean } from './mean.ts';
import { median } from './quantile.ts';
import { studentT975 } from './student-t.ts';

/** Plain JSON, to be recorded as it is. */
export type RatioInterval = {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Pairs of measurements. */
  readonly n: number;
  /** Fresh processes they come from. */
  readonly processes: number;
};

export interface BootstrapOptions {
  readonly random: SeededRandom;
  /** @default 2000 */
  readonly replicates?: number;
}

/** @param ratios Per process, per block; at least two processes. @throws InvalidOptionError */
export function ratioInterval(
  ratios: readonly (readonly number[])[],
  { random, replicates = 2000 }: BootstrapOptions,
): RatioInterval {
  checkRatios(ratios);
  if (!Number.isSafeInteger(replicates) || replicates < 100) {
    throw new InvalidOptionError('replicates', 'a whole number of at least 100');
  }
  const processes = ratios.map((ofProcess) => Float64Array.from(ofProcess, Math.log).sort());
  const medians = processes.map((sorted) => median([...sorted]));
  const estimate = mean(medians);
  const resampled = Array.from({ length: replicates }, () => resample(processes, random));
  // Resampling n processes sees (n − 1)/n of their variance. Its double counting of what differs between blocks makes
  // up for that, but not where the blocks agree; hence the plain variance of the medians as the least.
  const variance = Math.max(varianceOf(resampled), varianceOf(medians) / medians.length);
  const reach = studentT975(medians.length - 1) * Math.sqrt(variance);
  return {
    estimate: Math.exp(estimate),
    low: Math.exp(estimate - reach),
    high: Math.exp(estimate + reach),
    n: ratios.reduce((sum, blocks) => sum + blocks.length, 0),
    processes: ratios.length,
  };
}

function checkRatios(ratios: readonly (readonly number[])[]): void {
  if (ratios.length < 2 || ratios.some((blocks) => blocks.length === 0)) {
    throw new InvalidOptionError('ratios', 'from at least two processes, each with at least one block');
  }
  if (!ratios.flat().every((ratio) => ratio > 0 && Number.isFinite(ratio))) {
    throw new InvalidOptionError('ratios', 'finite numbers above 0');
  }
}

function resample(processes: readonly Float64Array[], random: SeededRandom): number {
  let sum = 0;
  for (let drawn = 0; drawn < processes.length; drawn++) {
    sum += resampledMedian(processes[Math.floor(random.next() * processes.length)]!, random);
  }
  return sum / processes.length;
}

/** The median of as many draws, with replacement, as there are values. Counting into ranks saves the sorting. */
function resampledMedian(sorted: Float64Array, random: SeededRandom): number {
  const size = sorted.length;
  const counts = new Uint16Array(size);
  for (let draw = 0; draw < size; draw++) counts[Math.floor(random.next() * size)]!++;
  const lowerRank = (size - 1) >> 1;
  const upperRank = size >> 1;
  let rank = -1;
  let lower = Number.NaN;
  for (let index = 0; ; index++) {
    rank += counts[index]!;
    if (Number.isNaN(lower) && rank >= lowerRank) lower = sorted[index]!;
    if (rank >= upperRank) return (lower + sorted[index]!) / 2;
  }
}

function varianceOf(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
