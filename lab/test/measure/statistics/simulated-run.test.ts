/** How often the statistics are wrong, on simulated runs with known truth. Seeded: the same figures every time. */
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/experiments/seeded-random.ts';
import { compare } from '../../../src/measure/statistics/compare.ts';
import { judgeControl } from '../../../src/measure/statistics/control.ts';
import { pairedRatios } from '../../../src/measure/statistics/paired-ratios.ts';
import { type RatioInterval, ratioInterval } from '../../../src/measure/statistics/two-level-bootstrap.ts';
import { judgeClaim } from '../../../src/measure/statistics/verdict.ts';
import { quiet, rough, type SimulatedRun, simulatedRun, usual } from './simulated-run.ts';

const noises = { quiet, usual, rough };

interface Shares {
  readonly lower: number;
  readonly higher: number;
  readonly equal: number;
  readonly undecided: number;
  /** Intervals that hold the true ratio. */
  readonly covered: number;
}

function intervalOf(run: SimulatedRun, subject = 'subject'): RatioInterval {
  return ratioInterval(pairedRatios(simulatedRun(run), subject, 'baseline'), { random: run.random, replicates: 200 });
}

function shares(runs: number, run: Omit<SimulatedRun, 'random'>): Shares {
  const random = seededRandom(1, JSON.stringify(run));
  const counts = { lower: 0, higher: 0, equal: 0, undecided: 0, covered: 0 };
  for (let index = 0; index < runs; index++) {
    const interval = intervalOf({ ...run, random });
    counts[compare(interval)]++;
    if (interval.low <= run.ratio && run.ratio <= interval.high) counts.covered++;
  }
  return {
    lower: counts.lower / runs,
    higher: counts.higher / runs,
    equal: counts.equal / runs,
    undecided: counts.undecided / runs,
    covered: counts.covered / runs,
  };
}

for (const [name, noise] of Object.entries(noises)) {
  test(`A/A, ${name}: a program is called different from itself in less than 0.5 % of 600 runs`, () => {
    const { lower, higher, covered } = shares(600, { noise, ratio: 1 });
    expect(lower + higher).toBeLessThan(0.005);
    expect(covered).toBeGreaterThan(0.94);
  });

  test(`A/A, ${name}, with 3 processes only: in less than 1 %`, () => {
    const { lower, higher, covered } = shares(600, { noise, ratio: 1, processes: 3, blocks: 10 });
    expect(lower + higher).toBeLessThan(0.01);
    expect(covered).toBeGreaterThan(0.94);
  });

  test(`a true ratio of 2, ${name}, is found, and lies in the interval`, () => {
    const { higher, lower, covered } = shares(300, { noise, ratio: 2 });
    expect(higher).toBeGreaterThan(0.95);
    expect(lower).toBe(0);
    expect(covered).toBeGreaterThan(0.94);
  });
}

test('a true ratio of 1.4 is found in more than 85 % of the runs with the usual noise, in all of the quiet ones', () => {
  expect(shares(300, { noise: usual, ratio: 1.4 }).higher).toBeGreaterThan(0.85);
  expect(shares(300, { noise: quiet, ratio: 1.4 }).higher).toBe(1);
});

test('two alike programs are called equal on a quiet machine; on a rough one nothing is said of them', () => {
  expect(shares(300, { noise: quiet, ratio: 1 }).equal).toBeGreaterThan(0.9);
  expect(shares(300, { noise: rough, ratio: 1 }).undecided).toBeGreaterThan(0.95);
});

test('a ratio just at the margin is rarely called anything', () => {
  for (const noise of Object.values(noises)) {
    const { higher, equal, lower } = shares(400, { noise, ratio: 1.1 });
    expect(higher + equal).toBeLessThan(0.06);
    expect(lower).toBe(0);
  }
});

test('no verdict flips: of 1,500 runs with many ratios, none confirms what another of the same ratio refutes', () => {
  const random = seededRandom(1, 'flips');
  for (const noise of Object.values(noises)) {
    for (const ratio of [1, 1.05, 1.1, 1.2, 2]) {
      const verdicts = new Set<string>();
      for (let index = 0; index < 100; index++) {
        const samples = simulatedRun({ random, noise, ratio });
        const estimate = (subject: string) =>
          ratioInterval(pairedRatios(samples, subject, 'baseline'), { random, replicates: 100 });
        const control = judgeControl(estimate('again'));
        verdicts.add(judgeClaim({ claimed: 'higher', interval: estimate('subject'), control }).verdict);
      }
      expect(verdicts.has('confirmed') && verdicts.has('refuted')).toBe(false);
      // What is claimed is true of all ratios above the margin, so nothing may refute it.
      expect(ratio > 1 && verdicts.has('refuted')).toBe(false);
    }
  }
});

test('an interval from blocks alone, as if processes did not matter, would be wrong often: the test can tell', () => {
  const random = seededRandom(1, 'pooled');
  const noise = { ...usual, processes: 0.1, blocks: 0.05 };
  let covered = 0;
  for (let index = 0; index < 300; index++) {
    const ratios = pairedRatios(simulatedRun({ random, noise, ratio: 1 }), 'subject', 'baseline');
    // Every block a "process" of its own.
    const pooled = ratioInterval(
      ratios.flat().map((ratio) => [ratio]),
      { random, replicates: 100 },
    );
    if (pooled.low <= 1 && 1 <= pooled.high) covered++;
  }
  expect(covered / 300).toBeLessThan(0.75);
});
