import { describe, expect, it } from 'vitest';
import { type BackOff, backOffOf } from '../../src/failures/back-off.ts';
import { TemporaryError } from '../../src/failures/errors.ts';

const longest = { maxDelayMs: 60_000 };
const steady: BackOff = { delayMs: 1_000, jitter: 0 };

describe('the back-off', () => {
  it('doubles up to its longest delay', () => {
    const delayMs = backOffOf(steady, longest);
    expect([1, 2, 3, 20].map((failures) => delayMs(failures, undefined))).toEqual([1_000, 2_000, 4_000, 60_000]);
  });

  it('waits as long as a temporary error says, when it says a finite number', () => {
    const delayMs = backOffOf(steady, longest);
    const delays = [70, -1, Number.NaN, Number.POSITIVE_INFINITY].map((retryAfterMs) =>
      delayMs(1, new TemporaryError('later', { retryAfterMs })),
    );
    expect(delays).toEqual([70, 0, 1_000, 1_000]);
  });

  it('leaves it to the default when a function throws or gives no finite number', () => {
    const given = (backOff: BackOff) => backOffOf(backOff, longest)(1, new Error('x'));
    expect(given(() => 5)).toBe(5);
    expect(given(() => -5)).toBe(0);
    const wrong: BackOff[] = [
      () => Number.NaN,
      () => Number.POSITIVE_INFINITY,
      () => '5' as unknown as number,
      (_, error) => (error as { response: { headers: string[] } }).response.headers.length,
    ];
    for (const backOff of wrong) {
      expect(given(backOff)).toBeGreaterThanOrEqual(800);
      expect(given(backOff)).toBeLessThanOrEqual(1_000);
    }
  });
});
