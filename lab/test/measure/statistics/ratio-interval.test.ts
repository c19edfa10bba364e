import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/experiments/seeded-random.ts';
import { type BlockSample, pairedRatios } from '../../../src/measure/statistics/paired-ratios.ts';
import { ratioInterval } from '../../../src/measure/statistics/two-level-bootstrap.ts';

const sample = (subject: string, process: number, block: number, value: number): BlockSample => ({
  subject,
  process,
  block,
  value,
});
const random = () => seededRandom(1, 'bootstrap');

test('ratios are taken within a block, whatever the order of the samples', () => {
  const samples = [
    sample('b', 1, 0, 5),
    sample('a', 0, 1, 9),
    sample('a', 0, 0, 2),
    sample('b', 0, 0, 1),
    sample('other', 0, 0, 100),
    sample('b', 0, 1, 3),
    sample('a', 1, 0, 10),
  ];
  expect(pairedRatios(samples, 'a', 'b')).toEqual([[3, 2], [2]]);
});

test('a block with one of the two only, and a process without any pair, do not count', () => {
  const samples = [sample('a', 0, 0, 2), sample('b', 0, 0, 1), sample('a', 0, 1, 7), sample('a', 1, 0, 7)];
  expect(pairedRatios(samples, 'a', 'b')).toEqual([[2]]);
});

test.each([
  ['a value of 0', [sample('a', 0, 0, 0)]],
  ['a value that is no number', [sample('a', 0, 0, Number.NaN)]],
  ['a block measured twice', [sample('a', 0, 0, 1), sample('a', 0, 0, 1)]],
])('%s is refused', (_, samples) => {
  expect(() => pairedRatios(samples, 'a', 'b')).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'samples' }),
  );
});

test('without noise the interval is the ratio itself', () => {
  const interval = ratioInterval([[1.5, 1.5, 1.5], [1.5, 1.5], [1.5]], { random: random() });
  expect(interval).toEqual({
    estimate: expect.closeTo(1.5, 12),
    low: expect.closeTo(1.5, 12),
    high: expect.closeTo(1.5, 12),
    n: 6,
    processes: 3,
  });
});

test('when blocks agree, the interval is that of Student for the processes', () => {
  // Logarithms 0, 0.1, 0.2: mean 0.1, standard error 0.1 / √3; 4.30265 of them on each side.
  const ratios = [0, 0.1, 0.2].map((log) => [Math.exp(log), Math.exp(log)]);
  const { estimate, low, high } = ratioInterval(ratios, { random: random() });
  expect(Math.log(estimate)).toBeCloseTo(0.1, 12);
  expect(Math.log(high) - 0.1).toBeCloseTo((4.30265 * 0.1) / Math.sqrt(3), 4);
  expect(0.1 - Math.log(low)).toBeCloseTo((4.30265 * 0.1) / Math.sqrt(3), 4);
});

test('a few spoilt blocks do not move the estimate', () => {
  const clean = Array.from({ length: 5 }, () => Array.from({ length: 20 }, (_, block) => 1.3 + block / 1000));
  const spoilt = clean.map((blocks) => blocks.map((ratio, block) => (block % 7 === 3 ? ratio * 40 : ratio)));
  const { estimate } = ratioInterval(spoilt, { random: random() });
  expect(estimate).toBeGreaterThan(1.3);
  expect(estimate).toBeLessThan(1.32);
});

test('the other way round, the interval is the inverse', () => {
  const ratios = [
    [1.2, 1.4, 1.3],
    [1.1, 1.5, 1.2],
    [1.3, 1.3, 1.6],
  ];
  const there = ratioInterval(ratios, { random: random(), replicates: 20_000 });
  const back = ratioInterval(
    ratios.map((blocks) => blocks.map((ratio) => 1 / ratio)),
    { random: random(), replicates: 20_000 },
  );
  expect(back.estimate).toBeCloseTo(1 / there.estimate, 10);
  expect(back.low).toBeCloseTo(1 / there.high, 2);
  expect(back.high).toBeCloseTo(1 / there.low, 2);
});

test('the same seed gives the same interval', () => {
  const ratios = [
    [1.2, 1.4],
    [1.1, 1.5],
  ];
  expect(ratioInterval(ratios, { random: random() })).toEqual(ratioInterval(ratios, { random: random() }));
});

test.each([
  ['one process', [[1, 2]]],
  ['a process without blocks', [[1], []]],
  ['a negative ratio', [[1], [-1]]],
])('%s is refused', (_, ratios) => {
  expect(() => ratioInterval(ratios, { random: random() })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'ratios' }),
  );
});
