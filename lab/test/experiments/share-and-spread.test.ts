import { describe, expect, it } from 'vitest';
import { testSpread } from '../../src/experiments/even-spread.ts';
import { percentRange, shareInterval } from '../../src/experiments/share.ts';

describe('the interval of a share', () => {
  it('agrees with published values of Wilson', () => {
    // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    expect(round(shareInterval(81, 263))).toEqual({ low: 0.2553, high: 0.3662 });
    expect(round(shareInterval(15, 148))).toEqual({ low: 0.0624, high: 0.1605 });
    expect(round(shareInterval(0, 20))).toEqual({ low: 0, high: 0.1611 });
    expect(round(shareInterval(1, 29))).toEqual({ low: 0.0061, high: 0.1718 });
  });

  it('is everything for no sample, and wider for more confidence', () => {
    expect(shareInterval(0, 0)).toEqual({ low: 0, high: 1 });
    expect(shareInterval(50, 100, 0.99).high).toBeGreaterThan(shareInterval(50, 100).high);
    expect(percentRange(shareInterval(20, 20))).toBe('83.9 % to 100 %');
  });
});

describe('the test of an even spread', () => {
  it('passes chance and refuses a skew', () => {
    expect(testSpread([98, 93, 109])).toMatchObject({ outcome: 'even' });
    expect(testSpread([98, 93, 109]).statistic).toBeCloseTo(1.34, 2);
    expect(testSpread([60, 120, 120])).toMatchObject({ outcome: 'uneven' });
    expect(testSpread([5, 5, 4])).toMatchObject({ outcome: 'undecided' });
  });

  it('refuses a number of servers it has no critical value for', () => {
    expect(() => testSpread([10])).toThrow(RangeError);
    expect(() => testSpread(Array.from({ length: 9 }, () => 10))).toThrow(RangeError);
  });
});

function round({ low, high }: { low: number; high: number }): { low: number; high: number } {
  return { low: Number(low.toFixed(4)), high: Number(high.toFixed(4)) };
}
