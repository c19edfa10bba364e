import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/experiments/seeded-random.ts';
import { orderedPairs } from '../../../src/measure/statistics/rank-distribution.ts';
import { slopeBySize } from '../../../src/measure/statistics/slope.ts';
import { normal } from './simulated-run.ts';

const sizes = [0, 2500, 5000, 10_000, 20_000];

test('points on a line give the line', () => {
  const points = sizes.map((size) => ({ size, value: 1_000_000 + 289 * size }));
  expect(slopeBySize(points)).toEqual({ slope: 289, intercept: 1_000_000, interval: { low: 289, high: 289 }, n: 5 });
});

test('one wild reading hardly moves it', () => {
  const points = sizes.map((size) => ({ size, value: 289 * size + (size % 3) }));
  const wild = [...points, { size: 7500, value: 50_000_000 }];
  expect(slopeBySize(wild).slope).toBeCloseTo(289, 1);
});

test('the number of ordered pairs is distributed as known', () => {
  // Four values in a row: Mahonian numbers 1 3 5 6 5 3 1, of 24.
  expect([...orderedPairs([1, 1, 1, 1])].map((share) => share * 24)).toEqual(
    [1, 3, 5, 6, 5, 3, 1].map((count) => expect.closeTo(count, 9)),
  );
  // Two groups of two: the Mann-Whitney count, 1 1 2 1 1 of 6.
  expect([...orderedPairs([2, 2])].map((share) => share * 6)).toEqual(
    [1, 1, 2, 1, 1].map((count) => expect.closeTo(count, 9)),
  );
  const many = orderedPairs([4, 3, 5, 2]);
  expect([...many].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  expect(many[0]).toBeCloseTo(many[many.length - 1]!, 12);
});

test('with too few points there is a slope and no interval', () => {
  const four = [0, 1, 2, 3].map((size) => ({ size, value: 10 * size }));
  expect(slopeBySize(four)).toMatchObject({ slope: 10, interval: null });
  expect(slopeBySize([...four, ...four]).interval).toEqual({ low: 10, high: 10 });
});

test.each([
  ['sizes once each', [0, 1, 2, 3, 4, 6, 8, 10]],
  ['sizes three times', [0, 0, 0, 1, 1, 1, 2, 2, 2, 4, 4, 4]],
])('the interval holds the true slope in 95 %% of 1,000 runs, %s', (_, of) => {
  const random = seededRandom(1, 'slopes');
  let covered = 0;
  for (let run = 0; run < 1000; run++) {
    // Heavy tails: one reading in eight is ten times as wrong.
    const error = () => normal(random) * (random.next() < 0.125 ? 10 : 1);
    const { interval } = slopeBySize(of.map((size) => ({ size, value: 5 + 3 * size + error() })));
    if (interval !== null && interval.low <= 3 && 3 <= interval.high) covered++;
  }
  expect(covered).toBeGreaterThanOrEqual(940);
  expect(covered).toBeLessThanOrEqual(990);
});

test('points of one size, and figures that are none, are refused', () => {
  const refused = expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'points' });
  expect(() => slopeBySize([{ size: 1, value: 1 }])).toThrow(refused);
  expect(() => slopeBySize([])).toThrow(refused);
  expect(() =>
    slopeBySize([
      { size: 1, value: 1 },
      { size: 2, value: Number.NaN },
    ]),
  ).toThrow(refused);
});
