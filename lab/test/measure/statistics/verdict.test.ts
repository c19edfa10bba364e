import { expect, test } from 'vitest';
import { compare } from '../../../src/measure/statistics/compare.ts';
import { judgeControl } from '../../../src/measure/statistics/control.ts';
import { judgeClaim } from '../../../src/measure/statistics/verdict.ts';

test.each([
  [1.11, 1.5, 'higher'],
  [1.09, 1.5, 'undecided'],
  [0.5, 0.9, 'lower'],
  [0.5, 0.92, 'undecided'],
  [0.92, 1.09, 'equal'],
  [0.9, 1.05, 'undecided'],
  [0.5, 2, 'undecided'],
  [1, 1, 'equal'],
] as const)('from %d to %d is %s', (low, high, expected) => {
  expect(compare({ low, high })).toBe(expected);
});

test('the margin is the same in both directions', () => {
  expect(compare({ low: 1.2, high: 1.3 }, 0.15)).toBe('higher');
  expect(compare({ low: 1 / 1.3, high: 1 / 1.2 }, 0.15)).toBe('lower');
  expect(compare({ low: 1.2, high: 1.3 }, 0.25)).toBe('undecided');
});

test('a control fails only when the program is found different from itself', () => {
  expect(judgeControl({ low: 0.95, high: 1.05 })).toEqual({ status: 'passed', comparison: 'equal' });
  expect(judgeControl({ low: 0.7, high: 1.4 })).toEqual({ status: 'passed', comparison: 'undecided' });
  expect(judgeControl({ low: 1.2, high: 1.4 })).toEqual({ status: 'failed', comparison: 'higher' });
  expect(judgeControl({ low: 0.7, high: 0.8 })).toEqual({ status: 'failed', comparison: 'lower' });
});

const passed = judgeControl({ low: 0.95, high: 1.05 });
const failed = judgeControl({ low: 1.2, high: 1.4 });
const slower = { low: 1.3, high: 1.5 };

test('a claim is confirmed or refuted beyond the margin', () => {
  expect(judgeClaim({ claimed: 'higher', interval: slower, control: passed })).toEqual({
    verdict: 'confirmed',
    reason: 'beyond-margin',
    comparison: 'higher',
  });
  expect(judgeClaim({ claimed: 'lower', interval: slower, control: passed })).toMatchObject({ verdict: 'refuted' });
});

test.each([
  [{ low: 0.95, high: 1.05 }, 'practically-equal', 'equal'],
  [{ low: 0.95, high: 1.5 }, 'too-uncertain', 'undecided'],
])('%j decides nothing, because it is %s', (interval, reason, comparison) => {
  expect(judgeClaim({ claimed: 'higher', interval, control: passed })).toEqual({
    verdict: 'undecided',
    reason,
    comparison,
  });
});

test('a failed control takes every verdict back, and what the interval said stays visible', () => {
  for (const claimed of ['lower', 'higher'] as const) {
    expect(judgeClaim({ claimed, interval: slower, control: failed })).toEqual({
      verdict: 'undecided',
      reason: 'control-failed',
      comparison: 'higher',
    });
  }
});

test('an impossible interval or margin is refused', () => {
  expect(() => compare({ low: 2, high: 1 })).toThrow(expect.objectContaining({ option: 'interval' }));
  expect(() => compare({ low: Number.NaN, high: 1 })).toThrow(expect.objectContaining({ option: 'interval' }));
  expect(() => compare({ low: 1, high: 1 }, 0)).toThrow(expect.objectContaining({ option: 'margin' }));
});
