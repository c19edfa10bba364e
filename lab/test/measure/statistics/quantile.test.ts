import { expect, test } from 'vitest';
import { geometricMean, mean } from '../../../src/measure/statistics/mean.ts';
import { median, quantile, quantiles } from '../../../src/measure/statistics/quantile.ts';
import { studentT975 } from '../../../src/measure/statistics/student-t.ts';

test('quantiles are interpolated as by type 7', () => {
  // R: quantile(c(1, 2, 4, 8), c(0, .25, .5, .95, 1))
  expect(quantiles([8, 1, 4, 2], [0, 0.25, 0.5, 0.95, 1])).toEqual([1, 1.75, 3, expect.closeTo(7.4), 8]);
  expect(quantile([7], 0.99)).toBe(7);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

test('the list that was given keeps its order', () => {
  const values = [3, 1, 2];
  median(values);
  expect(values).toEqual([3, 1, 2]);
});

test('the mean and the geometric mean', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(geometricMean([2, 0.5])).toBeCloseTo(1, 12);
  expect(geometricMean([1, 10, 100])).toBeCloseTo(10, 9);
});

test("Student's t: the table's values, also where they are computed", () => {
  expect(studentT975(1)).toBeCloseTo(12.7062, 4);
  expect(studentT975(4)).toBeCloseTo(2.7764, 4);
  for (const [degrees, value] of [
    [9, 2.2622],
    [10, 2.2281],
    [19, 2.093],
    [30, 2.0423],
    [1000, 1.9623],
  ] as const) {
    expect(studentT975(degrees)).toBeCloseTo(value, 3);
  }
});

test.each([
  ['no values', () => quantile([], 0.5), 'values'],
  ['NaN', () => quantile([1, Number.NaN], 0.5), 'values'],
  ['a probability above 1', () => quantile([1], 1.1), 'probability'],
  ['the mean of nothing', () => mean([]), 'values'],
  ['a ratio of 0', () => geometricMean([1, 0]), 'ratios'],
  ['half a degree of freedom', () => studentT975(0.5), 'degreesOfFreedom'],
])('%s is refused', (_, call, option) => {
  expect(call).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }));
});
