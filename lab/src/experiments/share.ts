/** Shares seen in a sample, with what the sample says about the share behind them. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The standard normal quantiles for two-sided intervals. */
const quantiles = { 0.95: 1.959964, 0.99: 2.575829 };

/** Wilson's interval for a share: honest for small samples and for shares near 0 and 1, where the usual one is not. */
export function shareInterval(hits: number, n: number, confidence: keyof typeof quantiles = 0.95): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z = quantiles[confidence];
  const share = hits / n;
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return { low: hits === 0 ? 0 : centre - half, high: hits === n ? 1 : centre + half };
}

/** `66.7 %`; whole percents where the decimals are zero. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** `63.1 % to 70.0 %` */
export function percentRange({ low, high }: Interval): string {
  return `${percent(low)} to ${percent(high)}`;
}
