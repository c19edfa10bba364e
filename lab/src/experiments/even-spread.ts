/** Pearson's chi-square test: could these counts come from clients that land on every server equally often? */

/** What the statistic exceeds once in a thousand runs when the spread is even, for 1 to 7 degrees of freedom. */
const criticalValues = [10.828, 13.816, 16.266, 18.467, 20.515, 22.458, 24.322];

export interface SpreadTest {
  readonly statistic: number;
  readonly critical: number;
  /** `undecided` below five expected clients per server, where the test does not hold. */
  readonly outcome: 'even' | 'uneven' | 'undecided';
}

/** @param counts Clients per server, zeros included; 2 to 8 servers. @throws RangeError */
export function testSpread(counts: readonly number[]): SpreadTest {
  const critical = criticalValues[counts.length - 2];
  if (critical === undefined) throw new RangeError('The test knows 2 to 8 servers.');
  const total = counts.reduce((sum, count) => sum + count, 0);
  const expected = total / counts.length;
  if (expected < 5) return { statistic: 0, critical, outcome: 'undecided' };
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return { statistic, critical, outcome: statistic > critical ? 'uneven' : 'even' };
}
